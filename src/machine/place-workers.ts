/** Which cores each worker gets: whole cores of its own, in the order in which this machine's cores are best given out. */
import { counted } from '../domain/counted.ts';
import { HarpError } from '../domain/errors.ts';
import { preferredOrder } from './choose-cores.ts';

/** A lower rate helps only where every module still has a worker with a core of its own. */
const leastText = (modules: number, cores: number): string =>
  modules > cores
    ? `${modules} modules need ${modules} workers at any rate, each with a core of its own: use a machine with more cores,`
    : 'Plan for a lower rate,';

/**
 * @param wanted cores of each worker
 * @param available core numbers that may be used
 * @param share let workers share cores where there are too few, at the price of the plan's promise
 * @param modules that each need a worker, whatever the rate is
 * @throws HarpError `missing-capability` where there are too few cores
 */
export function placeWorkers(
  wanted: readonly number[],
  available: readonly number[],
  { share, modules = 1 }: { readonly share: boolean; readonly modules?: number },
): number[][] {
  const whole = wanted.map(Math.ceil);
  const total = whole.reduce((sum, cores) => sum + cores, 0);
  const most = Math.max(...whole);
  if (most > available.length || (total > available.length && !share)) {
    throw new HarpError('missing-capability', 'the plan needs more cores than this machine has', {
      expected: `${counted(total, 'free core')} for ${counted(wanted.length, 'worker')}`,
      got: String(available.length),
      hint:
        most > available.length
          ? 'Plan with profiles measured on at most that many cores, or serve with --emulate.'
          : `${leastText(modules, available.length)} let workers share cores with --share-cores, or serve with --emulate.`,
    });
  }
  const order = preferredOrder(available);
  let next = 0;
  return whole.map((cores) =>
    Array.from({ length: cores }, () => order[next++ % order.length]!).sort((a, b) => a - b),
  );
}
