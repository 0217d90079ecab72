/** What the system refused, in words for people who do not know its codes. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing there',
  ENOTDIR: 'a file where a folder should be',
  EEXIST: 'a file in its place',
  EISDIR: 'a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a file system that cannot be written to',
  ENOSPC: 'a full disk',
  EDQUOT: 'a quota that is used up',
  EFBIG: 'a file that may grow no more',
  ENAMETOOLONG: 'a name that is too long',
  EADDRINUSE: 'one that is in use',
  EADDRNOTAVAIL: 'an address that this machine does not have',
  ECONNREFUSED: 'nothing that listens there',
  ECONNRESET: 'a connection that was cut',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'a machine that cannot be reached',
  ENETUNREACH: 'a network that cannot be reached',
  ENOTFOUND: 'a name that nobody knows',
  EAI_AGAIN: 'no answer from the name server',
};

/** As what was got: the words with the code behind them for those who look for it, or what the error itself says. */
export function systemWords(error: unknown): string {
  const { code, message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  if (typeof code !== 'string') return message;
  const words = WORDS[code];
  return words === undefined ? code : `${words}, ${code}`;
}
