/** What a plan stands on that is not measured well: points that nobody measured, and points that did not settle; and what measures them. */
import { configText } from '../domain/config-text.ts';
import type { Allocation, FeasiblePlan } from '../domain/plan.ts';

/** As "detect, batch 4 on 1 core of local; …: not measured; harp profile … does"; undefined where there is none. */
export const predictedText = (plan: FeasiblePlan): string | undefined =>
  told(plan, ({ predicted }) => predicted === true, 'not measured; harp profile --exhaustive --resume does');

/** As above. */
export const unsettledText = (plan: FeasiblePlan): string | undefined =>
  told(
    plan,
    ({ stable }) => stable === false,
    'did not settle when measured; harp profile --resume measures again, with a larger --max-duration or on a quieter machine',
  );

function told(
  { modules }: FeasiblePlan,
  isDoubted: (allocation: Allocation) => boolean,
  verdict: string,
): string | undefined {
  const points = modules.flatMap(({ name, allocations }) =>
    allocations
      .filter(isDoubted)
      .map((allocation) => `${name}, ${configText(allocation)} of ${allocation.hardware}`),
  );
  return points.length === 0 ? undefined : `${points.join('; ')}: ${verdict}`;
}
