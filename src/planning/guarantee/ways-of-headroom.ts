/** In which ways a plan that does not hold is given more headroom: for extra requests, a higher rate or a shorter SLO, of one module or of all. */
import type { FeasiblePlan } from '../../domain/plan.ts';
import type { Headroom } from './headroom.ts';

/** Extra requests are counted from a half, where the first step is a hundredth. */
const EXTRA_UNIT = 50;

/** A way to leave more and more headroom. */
export interface Way {
  /** To the module that is blamed each time, or always to the same. */
  readonly to: 'blamed' | 'same';
  /** @param by how much more, a share */
  readonly grow: (headroom: Headroom, by: number, blamed: number) => Headroom;
}

const WAYS: readonly Way[] = [
  {
    to: 'blamed',
    grow: ({ extraRequests, ...others }, by, blamed) => ({
      ...others,
      extraRequests: extraRequests.with(blamed, extraRequests[blamed]! + by * EXTRA_UNIT),
    }),
  },
  {
    to: 'blamed',
    grow: ({ rateFactors, ...others }, by, blamed) => ({
      ...others,
      rateFactors: rateFactors.with(blamed, rateFactors[blamed]! * (1 + by)),
    }),
  },
  { to: 'same', grow: (headroom, by) => ({ ...headroom, sloFactor: headroom.sloFactor / (1 + by) }) },
  {
    to: 'same',
    grow: ({ rateFactors, ...others }, by) => ({
      ...others,
      rateFactors: rateFactors.map((factor) => factor * (1 + by)),
    }),
  },
];

/** Who is blamed may be late because of another, whose headroom may cost less: last each of them in turn gets some. */
export function waysOf({ modules }: FeasiblePlan): Way[] {
  if (modules.length === 1) return [...WAYS];
  const ofOne = [...modules.keys()].map(
    (module): Way => ({
      to: 'same',
      grow: ({ rateFactors, ...others }, by) => ({
        ...others,
        rateFactors: rateFactors.with(module, rateFactors[module]! * (1 + by)),
      }),
    }),
  );
  return [...WAYS, ...ofOne];
}
