/** Stages that go row by row: what a task of the parent makes begins when that task is done. */
import { describe, expect, it } from 'vitest';
import { step } from '../../src/policy/application-policy.ts';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import type { Decision, PolicyEvent } from '../../src/policy/events.ts';
import { createPolicy } from '../../src/policy/policy-state.ts';
import { planOf } from '../plan-of.ts';

const LIMITS = { queueLimit: 100, timerLeadMs: 0, aheadMs: 0 };
const BY_ROWS = { batchSize: 1, durationMs: 10, perRequest: 2, rows: 'split' } as const;

/** What is found in a request, each read by itself, and all of it judged together. */
const plan = planOf('app', [
  { name: 'detect', batchSize: 1, durationMs: 10 },
  { name: 'crop', after: ['detect'], ...BY_ROWS },
  { name: 'read', after: ['crop'], ...BY_ROWS },
  { name: 'judge', after: ['crop', 'read'], ...BY_ROWS },
]);

/** A request; splits are answered at once. @returns what is decided but timers, as text */
function follow(tasksOf: (stage: number, parentPart?: number) => number) {
  const { config, workers } = configurePolicy(plan, LIMITS);
  const state = createPolicy(config);
  return (event: PolicyEvent, nowMs: number): string[] => {
    const told: string[] = [];
    const tell = (decision: Decision): void => {
      if (decision.kind === 'start') {
        for (const { stage, part } of decision.tasks) told.push(`start ${stage}.${part}`);
      } else if (decision.kind === 'split') {
        const { request, stage, parentPart } = decision;
        const count = tasksOf(stage, parentPart);
        for (const next of step(state, { kind: 'tasks', request, stage, count }, nowMs)) tell(next);
      } else if (decision.kind !== 'wait') told.push(decision.kind);
    };
    if (event.kind === 'arrival') {
      for (const { id, module } of workers) step(state, { kind: 'up', module, worker: id }, nowMs);
    }
    for (const decision of step(state, event, nowMs)) tell(decision);
    return told;
  };
}

const arrival: PolicyEvent = { kind: 'arrival', requests: [7], route: 0, deadlineMs: 1000 };
const done = (module: number): PolicyEvent => ({ kind: 'done', module, worker: module });

describe('row by row', () => {
  it('what comes of a row does not wait for the others; what waits for two parents waits for all of both', () => {
    const at = follow((stage, parentPart) => (stage === 1 || (stage === 2 && parentPart === 1) ? 2 : 1));
    expect(at(arrival, 0)).toEqual(['start 0.0']);
    expect(at(done(0), 10)).toEqual(['start 1.0']);
    expect(at(done(1), 20)).toEqual(['start 2.0', 'start 1.1']);
    expect(at(done(2), 25)).toEqual([]);
    expect(at(done(1), 30)).toEqual(['start 2.1']);
    expect(at(done(2), 40)).toEqual(['start 2.2']);
    expect(at(done(2), 50)).toEqual(['start 3.0']);
    expect(at(done(3), 60)).toEqual(['complete']);
  });

  it('rows of which nothing comes hold up nothing', () => {
    const at = follow((stage) => (stage === 1 ? 2 : stage === 2 ? 0 : 1));
    at(arrival, 0);
    at(done(0), 10);
    expect(at(done(1), 20)).toEqual(['start 1.1']);
    expect(at(done(1), 30)).toEqual(['start 3.0']);
    expect(at(done(3), 40)).toEqual(['complete']);
  });

  it('a request without rows ends once', () => {
    const at = follow(() => 0);
    at(arrival, 0);
    expect(at(done(0), 10)).toEqual(['complete']);
  });
});
