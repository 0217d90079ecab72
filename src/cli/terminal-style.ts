/** Emphasis by colour where the stream is a terminal that wants it. */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { plainStyle, type Style } from '../report/style.ts';

export function terminalStyle(stream: WriteStream): Style {
  if (!stream.isTTY || process.env.NO_COLOR) return plainStyle;
  return {
    bold: (text) => styleText('bold', text),
    dim: (text) => styleText('dim', text),
    good: (text) => styleText('green', text),
    bad: (text) => styleText('red', text),
  };
}
