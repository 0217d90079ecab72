import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { readAuthorities, readCertificate } from '../../src/files/read-certificates.ts';
import { CERTIFICATE, KEY } from '../load/certificate.ts';

const other = (name: string): string =>
  fileURLToPath(new URL(`../serving/certificate/${name}.pem`, import.meta.url));

let folder: string;
const put = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
let files: { cert: string; key: string; nonsense: string; cutShort: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-pem-'));
  files = {
    cert: put('cert.pem', CERTIFICATE),
    key: put('key.pem', KEY),
    nonsense: put('nonsense.pem', 'hello\n'),
    cutShort: put('short.pem', CERTIFICATE.slice(0, 200)),
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a certificate and its key, and whom to believe', () => {
  const { cert, key } = files;
  expect(readCertificate(cert, key)).toEqual({
    certificate: Buffer.from(CERTIFICATE),
    key: Buffer.from(KEY),
  });
  expect(readAuthorities(cert).toString()).toBe(CERTIFICATE);
});

const refusalOf = (read: () => unknown): { message: string; exitCode: number } => {
  try {
    read();
  } catch (error) {
    if (error instanceof HarpError) return error;
    throw error;
  }
  throw new Error('it was taken');
};

it.each<[sentence: string, read: () => unknown, says: RegExp]>([
  [
    'one for the other',
    () => readCertificate(files.key, files.cert),
    /^--tls-cert .*key\.pem: holds no certificate \(got "BEGIN PRIVATE KEY"\)/,
  ],
  [
    'the certificate twice',
    () => readCertificate(files.cert, files.cert),
    /^--tls-key .*cert\.pem: holds no key that can be read \(got "BEGIN CERTIFICATE"\)/,
  ],
  [
    'the key of another certificate',
    () => readCertificate(files.cert, other('key')),
    /^--tls-key .*key\.pem: does not belong to the certificate/,
  ],
  [
    'what is neither',
    () => readCertificate(files.nonsense, files.key),
    /^--tls-cert .*: holds no certificate/,
  ],
  ['whom to believe in a key', () => readAuthorities(files.key), /^--ca .*: holds no certificate/],
  ['whom to believe in nonsense', () => readAuthorities(files.nonsense), /^--ca .*no certificate in PEM/],
  ['a certificate cut short', () => readAuthorities(files.cutShort), /^--ca .*: holds no certificate/],
])('refused: %s', (_, read, says) => {
  const { message, exitCode } = refusalOf(read);
  expect(message).toMatch(says);
  expect(exitCode).toBe(2);
});
