/** Where a daemon listens, and whom it lets in: as the flags say, refusing what would let everybody in by accident. */
import { HarpError } from '../domain/errors.ts';
import { readCertificate } from '../files/read-certificates.ts';
import { readToken } from '../files/read-token.ts';
import type { Access } from '../serving/access.ts';
import type { Address } from '../serving/http-server.ts';

export interface AccessOptions {
  readonly http: Address;
  /** The two ports after that of HTTP by default, free ones where that is. */
  readonly grpc: Address | undefined;
  readonly metrics: Address | undefined;
  readonly tokenFile: string | undefined;
  /** PEM files; both or neither. */
  readonly tlsCertificate: string | undefined;
  readonly tlsKey: string | undefined;
  /** Listen on addresses that others can reach. */
  readonly insecure: boolean;
}

export interface Addresses {
  readonly http: Address;
  readonly grpc: Address;
  readonly metrics: Address;
}

/** @throws HarpError `usage` for an address that others can reach, with nothing to keep them out */
export function listeningOn(options: AccessOptions): Addresses {
  const { http, grpc, metrics } = options;
  const after = (ports: number): Address => ({ ...http, port: http.port === 0 ? 0 : http.port + ports });
  const addresses = { http, grpc: grpc ?? after(1), metrics: metrics ?? after(2) };
  for (const [flag, address] of Object.entries(addresses)) assertLoopback(flag, address, options);
  return addresses;
}

/** Characters: nobody guesses as many. */
const LEAST_TOKEN = 16;

/** @throws HarpError `bad-input` for files that cannot be read, or hold no token, certificate or key */
export function readAccess({ tokenFile, tlsCertificate, tlsKey }: AccessOptions): Access {
  if ((tlsCertificate === undefined) !== (tlsKey === undefined)) {
    throw new HarpError('usage', 'TLS wants a certificate and its key', {
      where: '--tls-cert, --tls-key',
      expected: 'both',
      got: tlsKey === undefined ? '--tls-cert alone' : '--tls-key alone',
    });
  }
  const token = tokenFile === undefined ? undefined : readToken(tokenFile, LEAST_TOKEN);
  const tls = tlsCertificate && tlsKey ? readCertificate(tlsCertificate, tlsKey) : undefined;
  return { token, tls };
}

/** Who listens on other addresses lets everybody in who reaches them. */
function assertLoopback(flag: string, { host, port }: Address, { insecure, tokenFile }: AccessOptions): void {
  if (insecure || tokenFile !== undefined || ['127.0.0.1', 'localhost', '::1'].includes(host)) return;
  throw new HarpError(
    'usage',
    'this address can be reached from other machines, and nothing keeps them out',
    {
      where: `--${flag}`,
      expected: 'a loopback address',
      got: `${host}:${port}`,
      hint: 'Add --token-file (with --tls-cert and --tls-key), or --insecure.',
    },
  );
}
