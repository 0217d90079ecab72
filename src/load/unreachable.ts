/** What a user is told where a server cannot be reached or lets nobody in, over whichever protocol. */
import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';

/** Of node:tls: whoever answers shows a certificate that nobody here believes. */
const CERTIFICATE_CODES =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ALTNAME|certificate|unable to verify/i;

/** Of node:http: what comes back is no HTTP, or nothing before the connection is cut. As gRPC puts it: in words alone. */
const NOT_PLAIN =
  /HPE_|Parse Error|ECONNRESET|socket hang up|Connection dropped|Protocol error|Failed to connect \(/i;
/** Of node:tls: what comes back is no TLS. */
const NOT_TLS = /EPROTO|ERR_SSL|SSL routines|wrong version number|packet length too long/i;

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
  const said = `${error.code} ${error.message}`;
  const scheme = where.split(':')[0]!;
  const isTls = scheme.endsWith('s');
  if ((isTls ? NOT_TLS : NOT_PLAIN).test(said)) {
    const spoken = isTls ? 'TLS' : `plain ${scheme === 'grpc' ? 'gRPC' : 'HTTP'}`;
    return new HarpError('missing-capability', `something answers there, but not ${spoken}`, {
      where,
      got,
      hint: `Try ${isTls ? scheme.slice(0, -1) : `${scheme}s`}://, and see that the port is the one of ${scheme.startsWith('grpc') ? 'gRPC' : 'HTTP'}.`,
    });
  }
  return new HarpError('missing-capability', 'no server answers there', {
    where,
    got,
    hint: 'It has not started, has ended, or listens elsewhere: harp status lists the daemons of this machine, harp serve PLAN starts one.',
  });
}

/**
 * @param got how the server put it
 * @param tokenFile that was read, if any was
 */
export const notLetIn = (where: string, got: string, tokenFile: string | undefined): HarpError =>
  tokenFile === undefined
    ? new HarpError('bad-input', 'the server lets nobody in without its token', {
        where,
        got,
        hint: 'Say it with --token-file FILE.',
      })
    : new HarpError('bad-input', `the token of ${tokenFile} is not the server's`, {
        where,
        got,
        hint: 'Give with --token-file a file that holds the one that the server was started with.',
      });
