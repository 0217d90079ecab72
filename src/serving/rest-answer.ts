/** Answers of the REST side, as what is written to a client: documents, whole bodies, errors. */
import { ProtocolError } from './protocol/protocol-error.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body begins with this text, */
  readonly text: string;
  /** and goes on with these bytes. */
  readonly raw: readonly Uint8Array[];
}

/** What comes with an error: the same request may go well a little later, or with a token. */
const EXTRA_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  429: { 'retry-after': '1' },
  503: { 'retry-after': '1' },
};

export const errorAnswer = (error: unknown): Answer => {
  const { status, message } =
    error instanceof ProtocolError
      ? error
      : { status: 500, message: `internal error: ${(error as Error).message}` };
  return json(status, { error: message }, EXTRA_HEADERS[status]);
};

export function json(status: number, document: object, extra: Readonly<Record<string, string>> = {}): Answer {
  const text = JSON.stringify(document);
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return { status, headers: { ...headers, ...extra }, text, raw: [] };
}

/** A 200. */
export const whole = (body: Uint8Array, headers: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  headers: { 'content-length': String(body.length), ...headers },
  text: '',
  raw: [body],
});
