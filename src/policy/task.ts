/** What waits in a module's queue and runs in a batch: one row of one request at one stage of its way. */
import type { Queued } from './deadline-queue.ts';
import type { Ticket } from './ticket.ts';

export interface Task extends Queued {
  readonly request: number;
  readonly stage: number;
  readonly part: number;
  readonly ticket: Ticket;
  /** When it came to its module. */
  readonly readyMs: number;
  /** When this stage is due by the plan; once that cannot be met, `latestMs`. */
  deadlineMs: number;
  /** When this stage must be done at the latest for the request to be in time. */
  readonly latestMs: number;
  /** Past its planned time, or nobody else will come: it waits for a machine, not for others to share a batch with. */
  overdue: boolean;
  /** How often it was started on a worker that then was lost. */
  losses: number;
}
