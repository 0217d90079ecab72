/** What harp calls the length of an axis: a number, or the name under which a user can give it one. */
import type { Message } from './schema.ts';

/** Dimensions without name or length get the name "dim" and the number of their axis. */
export function dimension({ dimValue, dimParam }: Message<'DimensionProto'>, axis: number): number | string {
  const length = Number(dimValue ?? 0);
  return dimParam || (length > 0 ? length : `dim${axis}`);
}
