/** A request under way: which of its stages are done, and which are still to come. */
import type { Queued } from './deadline-queue.ts';
import type { Route } from './route.ts';

export interface Ticket extends Queued {
  readonly request: number;
  /** The same. */
  readonly sequence: number;
  readonly route: Route;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** The lower, the more important. */
  readonly priority: number;
  /** Parents that are still to come, by stage. */
  readonly missing: number[];
  /** Tasks of a stage that are still to be done, by stage; row by row also parents' tasks of which the stage's own are not known yet. */
  readonly tasksLeft: number[];
  /** Tasks that have begun, by stage; counted where stages go row by row. */
  readonly tasksBegun: number[];
  stagesLeft: number;
  /** Nothing of it counts any more: it is complete, given up or cancelled. */
  ended: boolean;
}

/** Of requests that say nothing of it. */
export const USUAL_PRIORITY = 10;

const NOT_COUNTED: number[] = [];

/** Plain arrays: typed ones of this length cost a simulation half of its speed. */
export const createTicket = (
  request: number,
  route: Route,
  arrivedMs: number,
  deadlineMs: number,
  priority: number,
): Ticket => ({
  request,
  sequence: request,
  route,
  arrivedMs,
  deadlineMs,
  priority,
  missing: route.parentCounts.slice(),
  tasksLeft: route.noTasks.slice(),
  tasksBegun: route.goesRowByRow ? route.noTasks.slice() : NOT_COUNTED,
  stagesLeft: route.stages.length,
  ended: false,
});
