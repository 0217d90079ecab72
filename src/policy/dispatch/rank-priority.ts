/**
 * The dispatch rule `rank-priority`: each rank in turn takes what it may, the obvious reading of batch-aware dispatching
 * (ours). Only the first idle machine collects; what it leaves over comes in bursts, so that lower ranks are late.
 */
import { deferred } from './deferred-window.ts';
import type { DispatchRule } from './dispatcher.ts';

export const rankPriority: DispatchRule = (config) => ({ ...deferred(config), collectsFirst: true });
