/** How tests start a daemon: on free ports of loopback, with emulated workers, open to everybody. */
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { OPEN_ACCESS } from '../../src/serving/access.ts';
import type { DaemonOptions } from '../../src/serving/daemon.ts';

const FREE_PORT = { host: '127.0.0.1', port: 0 };

/** Every batch takes as long as a full one of the plan. */
export const emulatedOptions = (changes: Partial<DaemonOptions> = {}): DaemonOptions => ({
  http: FREE_PORT,
  grpc: FREE_PORT,
  metrics: FREE_PORT,
  access: OPEN_ACCESS,
  queueLimit: 100,
  bodyLimitBytes: 100_000,
  version: 'test',
  startWorker: ({ outputs, module }) => {
    const { batchSize, durationMs } = module.allocations[0]!;
    return startEmulatedWorker({ durationMs: new Float64Array(batchSize + 1).fill(durationMs), outputs });
  },
  onEvent: () => {},
  onFinished: () => {},
  onRefused: () => {},
  signal: new AbortController().signal,
  ...changes,
});
