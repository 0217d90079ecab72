import { expect, it } from 'vitest';
import { Departure } from '../../src/serving/departure.ts';
import type { Call } from '../../src/serving/finished-request.ts';
import type { ParameterValue } from '../../src/serving/protocol/infer-message.ts';
import { type RequestTerms, readTerms } from '../../src/serving/request-terms.ts';

interface Said {
  readonly parameters?: Record<string, ParameterValue>;
  readonly limitMs?: number;
  readonly headers?: Call['headers'];
}

/** @param ownSloMs of what is called, in an application of 100 ms */
const termsOf = (ownSloMs: number, said: Said = {}): RequestTerms => {
  const { parameters = {}, limitMs = Number.POSITIVE_INFINITY, headers = {} } = said;
  const call = { arrivedMs: 1000, limitMs, gone: new Departure(), requestId: 'r', headers };
  return readTerms({ inputs: [], parameters, binaryByDefault: false }, call, ownSloMs, 100);
};

it.each<[sentence: string, terms: RequestTerms, expected: Partial<RequestTerms>]>([
  ['one that says nothing has the SLO', termsOf(100), { limitMs: 100, limitOf: 'SLO', deadlineMs: 1100 }],
  ['to a module by itself its budget', termsOf(40), { limitMs: 40, limitOf: 'budget', deadlineMs: 1040 }],
  [
    'its own limit comes before both, longer or not',
    termsOf(40, { parameters: { timeout: 250_000 } }),
    { limitMs: 250, limitOf: 'request', deadlineMs: 1250 },
  ],
  [
    'of its parameter and what the protocol says the shorter counts',
    termsOf(100, { parameters: { timeout: 50_000 }, limitMs: 20 }),
    { limitMs: 20, limitOf: 'request', deadlineMs: 1020 },
  ],
  [
    'a header says how important it is',
    termsOf(100, { headers: { 'x-request-priority': '2' } }),
    { priority: 2 },
  ],
  ['or a parameter', termsOf(100, { parameters: { priority: 3 } }), { priority: 3 }],
])('when a request is due: %s', (_, terms, expected) => {
  expect(terms).toMatchObject(expected);
});
