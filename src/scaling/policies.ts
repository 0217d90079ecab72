/** The scaling policies by name: one signature, so that a simulation can put them on one table. */
import { aimd } from './aimd.ts';
import { fa2 } from './fa2.ts';
import { staticCores, staticReplicas } from './fixed.ts';
import type { ScalingPolicy } from './scaling-policy.ts';
import { sponge } from './sponge.ts';
import { spongePublished } from './sponge-published.ts';

interface Named {
  /** As it is written; N stands for a whole number. */
  readonly syntax: string;
  readonly policyOf: (count: number) => ScalingPolicy;
}

export const SCALING_POLICIES: readonly Named[] = [
  { syntax: 'sponge', policyOf: () => sponge },
  { syntax: 'sponge-published', policyOf: () => spongePublished },
  { syntax: 'fa2', policyOf: () => fa2 },
  { syntax: 'aimd', policyOf: () => aimd },
  { syntax: 'static:N', policyOf: (cores) => staticCores(cores, 'eager') },
  { syntax: 'static:N/plain', policyOf: (cores) => staticCores(cores, 'work-conserving') },
  { syntax: 'replicas:N', policyOf: (instances) => staticReplicas(instances) },
];

/**
 * Those that a running worker can follow: not one that starts instances, nor one that answers what is too late.
 * @returns as they are written
 */
export const followableSyntaxes = (): string[] =>
  SCALING_POLICIES.filter(({ syntax, policyOf }) => isFollowable(syntax, policyOf(1))).map(
    ({ syntax }) => syntax,
  );

/** @param name as it is written, or its syntax */
export const isFollowable = (name: string, { dispatch }: ScalingPolicy): boolean =>
  dispatch === 'eager' && !name.startsWith('replicas:');

/** @returns undefined where there is no such policy, or it asks for more than there is */
export function scalingPolicy(name: string, mostCores: number): ScalingPolicy | undefined {
  const count = Number(/:(\d+)/.exec(name)?.[1] ?? 1);
  const syntax = name.replace(/:\d+/, ':N');
  const named = SCALING_POLICIES.find((policy) => policy.syntax === syntax);
  return count >= 1 && count <= mostCores ? named?.policyOf(count) : undefined;
}
