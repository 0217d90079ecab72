/** What `harp serve` does about cores, from its flags, the plan and the machine. */
import { didYouMean } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ScalingMode } from '../domain/plan.ts';
import type { ScalingTerms } from '../scaling/configure-scaling.ts';
import { followableSyntaxes, isFollowable, scalingPolicy } from '../scaling/policies.ts';

export interface ScalingOptions {
  /** As the plan says by default. */
  readonly scaling: ScalingMode | undefined;
  readonly scalingPolicy: string;
}

/**
 * @param poolCores that all workers share
 * @returns undefined where cores stay as planned
 * @throws HarpError `usage` for a policy that a running worker cannot follow
 */
export function scalingTerms(
  plan: FeasiblePlan,
  { scaling = plan.scaling ?? 'off', scalingPolicy: name }: ScalingOptions,
  poolCores: number,
): ScalingTerms | undefined {
  if (scaling === 'off') return undefined;
  const policy = scalingPolicy(name, poolCores);
  if (policy !== undefined && isFollowable(name, policy)) return { mode: scaling, policy, poolCores };
  throw new HarpError('usage', 'no such policy for running workers', {
    where: '--scaling-policy',
    expected: `${followableSyntaxes().join(', ')}, with N from 1 to ${poolCores}`,
    got: JSON.stringify(name),
    hint: didYouMean(name, ['sponge', 'aimd', 'static']),
  });
}
