import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/numeric/prng.ts';
import {
  certifyingJudge,
  type Judge,
  searchJudge,
} from '../../../src/planning/simulated/judge-attainment.ts';

/** Runs until it is decided; a request is in time with this probability. */
function run(judge: Judge, inTimeShare: number, seed = 1) {
  const random = seededRandom(seed);
  let inTime = 0;
  for (let ended = 1; ended <= judge.most; ended++) {
    if (random.uniform() < inTimeShare) inTime++;
    if (ended % 100 === 0 && judge.isDecided(ended, inTime)) return { requests: ended, ...judge.verdict() };
  }
  return { requests: judge.most, ...judge.verdict() };
}

test.each([
  ['far above the target is decided at the first look', 0.99, 1, true, 5000],
  ['far below it is given up early', 0.99, 0.9, false, 4000],
  ['somewhat below it takes longer', 0.99, 0.98, false, 20_000],
  ['a target that leaves many misses is as quick', 0.9, 0.95, true, 5000],
  ['rarer misses are looked at longer', 0.999, 0.99, false, 40_000],
])('%s', (_, target, share, passed, most) => {
  const { requests, ...verdict } = run(searchJudge(target), share);
  expect(verdict.passed).toBe(passed);
  expect(requests).toBeLessThanOrEqual(most);
});

/** Thousands of requests in turn with these in time. */
function runInTurn(judge: Judge, inTimeOf: readonly number[]) {
  let inTime = 0;
  for (let ended = 1000; ended <= judge.most; ended += 1000) {
    inTime += inTimeOf[(ended / 1000) % inTimeOf.length]!;
    if (judge.isDecided(ended, inTime)) return { requests: ended, ...judge.verdict() };
  }
  return { requests: judge.most, ...judge.verdict() };
}

test('where thousands differ it takes more of them, and says how sure it is', () => {
  const { passed, requests, attainment, margin } = runInTurn(certifyingJudge(0.99), [985, 1000]);
  expect(passed).toBe(true);
  expect(requests).toBeGreaterThan(5000);
  expect(attainment - margin).toBeGreaterThanOrEqual(0.99);
});

test('what stays undecided is not certified, but a search lets it through to be', () => {
  const judge = certifyingJudge(0.99);
  expect(runInTurn(judge, [1000, 1000, 970])).toMatchObject({ passed: false, requests: judge.most });
  expect(runInTurn(searchJudge(0.99), [1000, 1000, 970])).toMatchObject({ passed: true, requests: 60_000 });
});

test.each([
  ['320,000 at least', 10, 320_000],
  ['a thousand budgets', 400, 400_000],
  ['a million at most', 4000, 1_000_000],
])(
  'where one late request makes others late nobody passes before the end: %s',
  (_, requestsPerBudget, most) => {
    const judge = () => certifyingJudge(0.99, { requestsPerBudget, collapses: true });
    expect(run(judge(), 1)).toMatchObject({ passed: true, requests: most });
    const { passed, requests } = run(judge(), 0.98);
    expect(passed).toBe(false);
    expect(requests).toBeLessThan(most);
  },
);

test('few who are below the target are certified by chance', () => {
  const certified = Array.from({ length: 40 }, (_, seed) => run(certifyingJudge(0.99), 0.989, seed));
  expect(certified.filter(({ passed }) => passed).length).toBeLessThanOrEqual(2);
});

test('where nobody may be late the first miss decides, and 20,000 without one suffice', () => {
  const judge = searchJudge(1);
  expect(judge.isDecided(100, 99)).toBe(true);
  expect(judge.verdict().passed).toBe(false);
  expect(run(searchJudge(1), 1)).toMatchObject({ passed: true, requests: 20_000, attainment: 1 });
});
