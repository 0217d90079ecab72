/** The dispatch rule `eager`: an idle machine starts at once with what is there. The lowest mean latency; small batches. */
import { sizeFrom } from './deferred-window.ts';
import type { DispatchRule } from './dispatcher.ts';

export const eager: DispatchRule = ({ machineTypes }) => ({
  choose: (queue, type, _, nowMs) => {
    const size = sizeFrom(queue, machineTypes[type]!, nowMs, 0);
    return size > 0 ? { kind: 'start', first: 0, size, reason: 'eager' } : { kind: 'nothing' };
  },
});
