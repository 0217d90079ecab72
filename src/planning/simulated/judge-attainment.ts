/**
 * Whether a run keeps an attainment, decided while it runs: by batch means with Student's t, 99 % each time since it is looked at
 * after every doubling. Batches are taken as independent where they last many latency budgets. A certificate that stays undecided is none.
 */
export interface Judge {
  /** Asked as requests end, every thousandth among them; the run is then over. */
  readonly isDecided: (ended: number, inTime: number) => boolean;
  /** Requests to run at most. */
  readonly most: number;
  readonly verdict: () => Verdict;
}

export interface Verdict {
  readonly passed: boolean;
  readonly attainment: number;
  /** Half of the 99 % interval; h. */
  readonly margin: number;
}

interface Look {
  readonly requests: number;
  /** Below it a run is given up without regard to its interval. */
  readonly giveUpBelow: number;
  /** Too early to pass. */
  readonly onlyFails?: boolean;
}

const MOST_BATCHES = 20;
const BATCH = 1000;

/** Two-sided 99 % quantiles of Student's t, by degrees of freedom up to 19. */
const T_99 = [
  0, 63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947,
  2.921, 2.898, 2.878, 2.861,
];

/** Requests that a search and a certificate stand on at most, where the target leaves a miss in a hundred, */
const SEARCHED = 60_000;
const CERTIFIED = 320_000;
/** and where it leaves none: then the first miss decides. */
const FLAWLESS = 20_000;

/** Requests, and how often the misses that the target allows a candidate may have by then. */
const GIVING_UP = [
  [4000, 3],
  [20_000, 1.6],
  [SEARCHED, 1],
] as const;

/** Rarer misses take longer runs to be seen, within reason. */
const lengthening = (target: number): number => Math.round(Math.min(10, Math.max(1, 0.01 / (1 - target))));

/** Of a candidate: given up early where it is far off; undecided, it deserves a certificate's longer look. */
export function searchJudge(target: number): Judge {
  if (target === 1) return judge(target, [], FLAWLESS);
  const unit = lengthening(target);
  const giveUp = GIVING_UP.map(([requests, times]) => ({
    requests: requests * unit,
    giveUpBelow: 1 - (1 - target) * times,
  }));
  return judge(target, [...doublings(SEARCHED * unit), ...giveUp], SEARCHED * unit, true);
}

/** Budgets that a batch of a certificate lasts at least: what queued in one is forgotten in most of the next. */
const BUDGETS = 20;

/** What a certificate is about. */
interface Certified {
  /** That arrive in the latency budget on average. */
  readonly requestsPerBudget: number;
  /** Whether one late request may make many others late: then it is seldom that any are, and all at once. */
  readonly collapses: boolean;
}

/**
 * Budgets that a run lasts that might collapse, as far as so many requests go; and nobody passes before its end. *Measured*:
 * a pipeline had 99.3 % ± 0.2 of 320,000 requests in time, 670 budgets, and 98.8, 99.1 and 99.1 % of the next three million.
 */
const LONG_BUDGETS = 1000;
const LONGEST = 1_000_000;

export function certifyingJudge(
  target: number,
  { requestsPerBudget, collapses }: Certified = { requestsPerBudget: 0, collapses: false },
): Judge {
  if (target === 1) return judge(target, [], FLAWLESS);
  const most = CERTIFIED * lengthening(target);
  if (collapses) {
    const long = Math.ceil((LONG_BUDGETS * requestsPerBudget) / BATCH) * BATCH;
    const longest = Math.max(most, Math.min(LONGEST, long));
    const early = doublings(longest - 1).map((look) => ({ ...look, onlyFails: true }));
    return judge(target, [...early, { requests: longest, giveUpBelow: target }], longest);
  }
  const least = MOST_BATCHES * Math.max(BATCH, BUDGETS * requestsPerBudget);
  return judge(
    target,
    doublings(most).filter(({ requests }) => requests >= Math.min(least, most / 2)),
    most,
  );
}

function doublings(most: number): Look[] {
  const looks = [5000];
  while (looks.at(-1)! * 2 <= most) looks.push(looks.at(-1)! * 2);
  return looks.map((requests) => ({ requests, giveUpBelow: Number.NEGATIVE_INFINITY }));
}

/** @param undecided the verdict where none of the looks has given one */
function judge(target: number, looks: readonly Look[], most: number, undecided = false): Judge {
  const inTimeAt = [0];
  let passed: boolean | undefined;
  return {
    most,
    isDecided: (ended, inTime) => {
      if (ended % BATCH === 0) inTimeAt.push(inTime);
      if (target === 1) {
        if (inTime < ended) passed = false;
        else if (ended === most) passed = true;
      }
      for (const { requests, giveUpBelow, onlyFails = false } of looks) {
        if (requests !== ended || passed !== undefined) continue;
        const { attainment, margin } = estimate(inTimeAt);
        if (attainment + margin < target || attainment < giveUpBelow) passed = false;
        else if (attainment - margin >= target && !onlyFails) passed = true;
      }
      if (ended === most) passed ??= undecided;
      return passed !== undefined;
    },
    verdict: () => ({ passed: passed ?? false, ...estimate(inTimeAt) }),
  };
}

/** @param inTimeAt requests in time by the end of each thousand, from 0 on */
function estimate(inTimeAt: readonly number[]): { attainment: number; margin: number } {
  const thousands = inTimeAt.length - 1;
  if (thousands < 2) return { attainment: thousands === 0 ? 0 : inTimeAt[1]! / BATCH, margin: 1 };
  const batches = Math.min(MOST_BATCHES, thousands);
  const each = Math.floor(thousands / batches);
  const shares = Array.from({ length: batches }, (_, index) => {
    const inTime = inTimeAt[(index + 1) * each]! - inTimeAt[index * each]!;
    return inTime / (each * BATCH);
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / batches;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (batches - 1);
  // Where hardly any was late, the batches do not tell how many could have been: the rule of three does.
  const margin = Math.max(T_99[batches - 1]! * Math.sqrt(variance / batches), 3 / (batches * each * BATCH));
  return { attainment: inTimeAt.at(-1)! / (thousands * BATCH), margin };
}
