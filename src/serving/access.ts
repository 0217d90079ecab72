/** Who may talk to the daemon: everybody, or whoever brings the token; over plain connections, or TLS. */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Access {
  /** What clients must bring as `Authorization: Bearer TOKEN`; everybody may come in without one. */
  readonly token: string | undefined;
  /** PEM files' contents; plain connections without. */
  readonly tls: { readonly certificate: Buffer; readonly key: Buffer } | undefined;
}

export const OPEN_ACCESS: Access = { token: undefined, tls: undefined };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes equally long wherever a wrong token differs. */
export function lets({ token }: Access, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  const brought = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(brought), digest(token));
}
