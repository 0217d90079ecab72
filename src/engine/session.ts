/**
 * Opens a model in onnxruntime the one way harp does it, so that what was profiled is what is served: a fixed number of
 * threads that do not spin. Runs block the thread they are called on; call this in worker processes only.
 */
import type { InferenceSession } from 'onnxruntime-node';
import type { Datatype } from '../domain/tensor.ts';
import { explainRefusal } from './explain-refusal.ts';

export interface SessionOptions {
  /** Threads of one run: as many as the process has cores. */
  readonly threads: number;
  readonly provider: string;
}

/** The options that decide how fast a session is; written into profiles. */
export function sessionOptions({ threads, provider }: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // Spinning threads cost seven times the CPU time and lengthen the tail on paced requests.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/**
 * @throws HarpError `bad-input` where the runtime refuses the model, `missing-capability` where it lacks the provider
 * @throws Error where memory was too short
 */
export async function openSession(file: string, options: SessionOptions): Promise<InferenceSession> {
  const { InferenceSession } = await import('onnxruntime-node');
  const open = (provider: string): Promise<InferenceSession> =>
    InferenceSession.create(file, sessionOptions({ ...options, provider }));
  try {
    return await open(options.provider);
  } catch (error) {
    const opensOnCpu = options.provider !== 'cpu' && (await open('cpu').then(releases, () => false));
    throw explainRefusal(file, options.provider, (error as Error).message.trim(), opensOnCpu);
  }
}

const releases = (session: InferenceSession): Promise<boolean> => session.release().then(() => true);

/** harp's name of each of onnxruntime's types. */
export const DATATYPE_OF: Readonly<Record<string, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

/** onnxruntime's name of each datatype. */
export const ORT_TYPE_OF = Object.fromEntries(
  Object.entries(DATATYPE_OF).map(([ort, datatype]) => [datatype, ort]),
) as Readonly<Record<Datatype, string>>;
