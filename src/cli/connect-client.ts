/** A client for the server at an address, by the address's scheme, with what the flags say of tokens and certificates. */
import { HarpError } from '../domain/errors.ts';
import { readAuthorities } from '../files/read-certificates.ts';
import { readToken } from '../files/read-token.ts';
import type { InferClient } from '../load/infer-client.ts';
import { RestClient } from '../load/rest-client.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly tokenFile: string | undefined;
  /** PEM file. */
  readonly caFile: string | undefined;
  readonly insecureTls: boolean;
}

const SCHEMES = ['http:', 'https:', 'grpc:', 'grpcs:'];

export const isGrpc = (url: string): boolean => /^grpcs?:/.test(url);

/**
 * @param connections kept open at most while idle
 * @throws HarpError `usage` for what is no address, `bad-input` for files
 */
export async function connectClient(options: ConnectionOptions, connections: number): Promise<InferClient> {
  const url = parseUrl(options.url);
  const credentials = {
    tokenFile: options.tokenFile,
    token: options.tokenFile === undefined ? undefined : readToken(options.tokenFile),
    ca: options.caFile === undefined ? undefined : readAuthorities(options.caFile),
    insecureTls: options.insecureTls,
  };
  if (!isGrpc(options.url)) return new RestClient(url, credentials, connections);
  const { GrpcClient } = await import('../load/grpc-client.ts');
  return new GrpcClient(url, credentials);
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && parsed.host !== '' && SCHEMES.includes(parsed.protocol)) return parsed;
  throw new HarpError('usage', 'not an address of a server', {
    where: 'URL',
    expected: 'an address as http://127.0.0.1:8000 or grpc://127.0.0.1:8001 (https:// and grpcs:// for TLS)',
    got: JSON.stringify(url),
  });
}
