import { describe, expect, it } from 'vitest';
import type { ShedReason } from '../../src/policy/admission.ts';
import { type Asked, toError } from '../../src/serving/answer.ts';
import { ByteBudget } from '../../src/serving/byte-budget.ts';
import type { RowEnd } from '../../src/serving/row-in-flight.ts';

const ASKED: Asked = {
  rows: 1,
  limitMs: 3,
  limitOf: 'request',
  hasIdle: () => false,
  passedMs: 0.2,
  fastestMs: 5.25,
  queueLimit: 100,
};
const end = (decision: RowEnd['decision']): RowEnd => ({
  decision,
  failure: undefined,
  failedIn: undefined,
  facts: undefined,
  runs: [],
  output: () => {
    throw new Error('it has none');
  },
});
const shed = (reason: ShedReason, asked: Partial<Asked> = {}): string =>
  toError(end({ kind: 'shed', request: 0, reason }), { ...ASKED, ...asked }).message;

describe('a refusal says what there is, what it would take, and how to go on', () => {
  it.each<[sentence: string, message: string, says: RegExp]>([
    [
      'a limit of its own that nothing meets',
      shed('deadline-too-short'),
      /^refused: this request allows 3 ms, and the fastest answer takes 5.25 ms: allow more \(parameter "timeout" in µs/,
    ],
    [
      'an SLO that nothing meets',
      shed('deadline-too-short', { limitOf: 'SLO' }),
      /the SLO of the plan allows 3 ms, and the fastest answer takes 5.25 ms: bring a longer limit, or plan for a looser SLO/,
    ],
    [
      'a limit that was gone when the body had come',
      shed('deadline-too-short', { limitMs: 50, passedMs: 48 }),
      /allows 50 ms, 48 ms of it gone when it had been read, and the fastest answer takes 5.25 ms/,
    ],
    [
      'too much before it',
      shed('overload', { rows: 7 }),
      /its 7 rows could not all be answered within 3 ms: try again later, allow more time, or plan/,
    ],
    [
      'a full queue',
      shed('queue-full'),
      /no more than 100 rows may wait at a module \(--queue-limit\), and .* room for the one row of this request or what came of it: try again/,
    ],
    ['a more important one', shed('displaced'), /a more important one: .*a lower number as its priority/],
    [
      'time that ran out',
      toError(end({ kind: 'expire', request: 0, module: 0 }), ASKED).message,
      /^expired: no machine was free for it .* within 3 ms any more: try again later, allow more time, or plan .* --reserve/,
    ],
    [
      'time that ran out while a machine was free',
      toError(end({ kind: 'expire', request: 0, module: 0 }), { ...ASKED, hasIdle: () => true }).message,
      /^expired: it was held for others to fill its batch, .* within 3 ms any more: allow more time, or plan with a --reserve/,
    ],
    [
      'the limit of a module by itself, which is no SLO',
      shed('overload', { limitOf: 'budget' }),
      /answered within 3 ms, this module's budget in the plan \(a request may bring a longer limit: .*: try again/,
    ],
    [
      'a budget that nothing meets',
      shed('deadline-too-short', { limitOf: 'budget' }),
      /^refused: this module's budget in the plan, a part of the SLO, allows 3 ms/,
    ],
  ])('%s', (_, message, says) => {
    expect(message).toMatch(says);
  });

  it.each<[sentence: string, held: number, says: RegExp]>([
    [
      'memory that others hold',
      3,
      /refused: 3 MiB of the 4 MiB .*\(--memory-limit\) are held, and this one needs 2 MiB more: try again/,
    ],
    ['more memory than there is', 0, /this request alone needs 5 MiB of the 4 MiB .*: send fewer rows/],
  ])('%s', (_, held, says) => {
    const budget = new ByteBudget(4 * 2 ** 20);
    budget.take(held * 2 ** 20);
    expect(() => budget.take((held > 0 ? 2 : 5) * 2 ** 20)).toThrow(says);
  });
});
