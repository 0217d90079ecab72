/** The dispatch rules by name: one signature, so that a simulation can put them on one table. */
import type { DispatchRuleName } from '../../domain/enforcement.ts';
import { aimd } from './aimd.ts';
import { deferred, planned } from './deferred-window.ts';
import type { DispatchRule } from './dispatcher.ts';
import { eager } from './eager.ts';
import { earliestStart } from './earliest-start.ts';
import { rankPriority } from './rank-priority.ts';
import { roundRobin } from './round-robin.ts';
import { timeout } from './timeout.ts';

export const RULES: Readonly<Record<DispatchRuleName, DispatchRule>> = {
  planned,
  'earliest-start': earliestStart,
  'rank-priority': rankPriority,
  deferred,
  eager,
  'round-robin': roundRobin,
  aimd,
  timeout,
};
