/** What a point of a profile, or the machine of a plan, runs. */
import { counted } from './counted.ts';

/** "batch 4 on 2 cores" */
export const configText = ({
  batchSize,
  cores,
}: {
  readonly batchSize: number;
  readonly cores: number;
}): string => `batch ${batchSize} on ${counted(cores, 'core')}`;
