/** Reads what TLS wants of files: a server's certificate with its key, and whom a client believes. Looked at here, before a port opens. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { HarpError } from '../domain/errors.ts';
import { readBytes } from './read-document.ts';

export interface CertificateFiles {
  /** PEM, the server's own first. */
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** @throws HarpError `bad-input` for files that cannot be read, hold something else, or do not belong together */
export function readCertificate(certificateFile: string, keyFile: string): CertificateFiles {
  const [certificate, key] = [readBytes(certificateFile), readBytes(keyFile)];
  const assertTaken = (options: SecureContextOptions, flag: string, file: string, what: string): void => {
    try {
      createSecureContext(options);
    } catch (error) {
      throw new HarpError('bad-input', what, {
        where: `${flag} ${file}`,
        got: holdsOf(options.key === undefined ? certificate : key) ?? (error as Error).message,
        hint: 'Give the chain of certificates (PEM), the own one first, with --tls-cert, and its key (PEM, without a passphrase) with --tls-key.',
      });
    }
  };
  assertTaken({ cert: certificate }, '--tls-cert', certificateFile, 'holds no certificate');
  assertTaken({ key }, '--tls-key', keyFile, 'holds no key that can be read');
  assertTaken({ cert: certificate, key }, '--tls-key', keyFile, 'does not belong to the certificate');
  return { certificate, key };
}

/** What its first line says, for who took one file for the other. */
function holdsOf(pem: Buffer): string | undefined {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem.toString('latin1'))?.[1];
  return kind === undefined ? undefined : `"BEGIN ${kind}"`;
}

/** @throws HarpError `bad-input` where it cannot be read or holds no certificate: TLS would believe nobody, and not say why */
export function readAuthorities(file: string): Buffer {
  const authorities = readBytes(file);
  try {
    if (!/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(authorities.toString('latin1')))
      throw new Error('no certificate in PEM');
    new X509Certificate(authorities);
  } catch (error) {
    throw new HarpError('bad-input', 'holds no certificate', {
      where: `--ca ${file}`,
      expected: 'certificates in PEM',
      got: holdsOf(authorities) ?? (error as Error).message,
    });
  }
  return authorities;
}
