/**
 * Stands in for the package systeminformation while tests run (vitest.config.ts): the same answers, but a test process asks the machine once. Each time
 * takes a dozen shells, and every `harp profile` in a test would ask.
 */
import { createRequire } from 'node:module';

const asked: typeof import('systeminformation') = createRequire(import.meta.url)('systeminformation');

const once = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
};

export const cpu = once(() => asked.cpu());
export const graphics = once(() => asked.graphics());
export const osInfo = once(() => asked.osInfo());
