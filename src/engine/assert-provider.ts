/** Whether onnxruntime has an execution provider here, tried in a process of its own before anything is written or said. */
import { isOnDevice } from '../domain/provider.ts';
import { isOutOfMemory, providerMissing } from './explain-refusal.ts';
import { ModelRefused, openProbe } from './runtime-probe.ts';

/**
 * @throws HarpError `missing-capability`; the signal's reason once it is aborted. A device whose memory others have counts as
 *   there: what fits is found out model by model.
 */
export async function assertProvider(provider: string, signal: AbortSignal): Promise<void> {
  if (!isOnDevice(provider)) return;
  const probe = openProbe(signal);
  try {
    await probe.open(provider);
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error;
    if (!isOutOfMemory(error.message)) throw providerMissing('--provider', provider, error.message);
  } finally {
    probe.close();
  }
}
