import { expect, test } from 'vitest';
import { choleskyFactor, choleskySolve } from '../../src/numeric/cholesky.ts';
import { leaveOneOut } from '../../src/numeric/leave-one-out.ts';

test('the same as leaving each point out in earnest', () => {
  const at = [0, 0.4, 1, 1.7, 3];
  const y = [1, 0.2, -0.7, 0.5, 2];
  const covariance = (a: number, b: number) => Math.exp(-((a - b) ** 2)) + (a === b ? 0.04 : 0);
  const { errors, deviations } = leaveOneOut(
    choleskyFactor(at.map((a) => at.map((b) => covariance(a, b)))),
    y,
  );
  at.forEach((here, i) => {
    const others = at.filter((_, j) => j !== i);
    const lower = choleskyFactor(others.map((a) => others.map((b) => covariance(a, b))));
    const toHere = others.map((other) => covariance(here, other));
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    const predicted = dot(
      toHere,
      choleskySolve(
        lower,
        y.filter((_, j) => j !== i),
      ),
    );
    const variance = covariance(here, here) - dot(toHere, choleskySolve(lower, toHere));
    expect(errors[i]).toBeCloseTo(y[i]! - predicted, 10);
    expect(deviations[i]).toBeCloseTo((y[i]! - predicted) / Math.sqrt(variance), 10);
  });
});
