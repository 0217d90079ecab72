/** The dispatch rules by name: one signature, so that a simulation can put them on one table. */
import type { DispatchRuleName } from '../../domain/plan.ts';
import { deferred, planned } from './deferred-window.ts';
import type { DispatchRule } from './dispatcher.ts';
import { eager } from './eager.ts';

export const RULES: Readonly<Record<DispatchRuleName, DispatchRule>> = { planned, deferred, eager };
