/** The machines of an allocation in words. */
import type { Allocation } from '../domain/plan.ts';
import { significant } from './format.ts';

/** A whole number, or the fraction of one partial machine. */
export const machineCount = (machines: number): string =>
  Number.isInteger(machines) ? String(machines) : significant(machines);

/** Short, for a cell of a table: "2 × g6.xlarge/4 b16". */
export const machinesInShort = ({ machines, hardware, cores, batchSize }: Allocation): string =>
  `${machineCount(machines)} × ${hardware}${cores === 1 ? '' : `/${cores}`} b${batchSize}`;
