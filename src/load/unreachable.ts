/** What a user is told where a server cannot be reached or lets nobody in, over whichever protocol. */

import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';

/** Of node:tls: whoever answers shows a certificate that nobody here believes. */
const CERTIFICATE_CODES =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ALTNAME|certificate|unable to verify/i;

/** @param error of node:net or node:tls, or what gRPC says of it */
export function unreachable(where: string, error: NodeJS.ErrnoException): HarpError {
  const got = /^\d+$/.test(String(error.code)) ? error.message : systemWords(error);
  if (CERTIFICATE_CODES.test(`${error.code} ${error.message}`)) {
    return new HarpError('bad-input', "the server's certificate is not believed", {
      where,
      got,
      hint: 'Say who signed it with --ca FILE; --insecure-tls believes anybody.',
    });
  }
  return new HarpError('missing-capability', 'no server answers there', {
    where,
    got,
    hint: 'It has not started, has ended, or listens elsewhere: harp status lists the daemons of this machine, harp serve PLAN starts one.',
  });
}

/** @param got how the server put it */
export const notLetIn = (where: string, got: string): HarpError =>
  new HarpError('bad-input', 'the server lets nobody in without its token', {
    where,
    got,
    hint: 'Say it with --token-file FILE.',
  });
