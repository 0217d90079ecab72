/** How important a request is, by its `priority` parameter or a header: where not all can be served, the others give way. */
import { USUAL_PRIORITY } from '../../policy/ticket.ts';
import type { InferRequest } from './infer-message.ts';
import { malformed, preview } from './protocol-error.ts';

/** The header, or key of gRPC's metadata, for clients that set those more easily than parameters. */
export const PRIORITY_HEADER = 'x-request-priority';

const LOWEST = 1000;

/**
 * @param header of that name, if there is one; the parameter comes before it
 * @returns 1 for the most important; undefined where the client says nothing of it (absent or 0)
 * @throws ProtocolError 400
 */
export function readPriority(
  { parameters }: Pick<InferRequest, 'parameters'>,
  header: string | string[] | undefined,
): number | undefined {
  const where = parameters.priority === undefined ? PRIORITY_HEADER : 'parameters.priority';
  const said = parameters.priority ?? (header === undefined ? 0 : Number(header));
  if (typeof said !== 'number' || !Number.isInteger(said) || said < 0 || said > LOWEST) {
    throw malformed(
      where,
      `a whole number from 1, the most important, to ${LOWEST}; ${USUAL_PRIORITY} is what a request without one has, and one of 0`,
      preview(parameters.priority ?? header),
    );
  }
  return said === 0 ? undefined : said;
}
