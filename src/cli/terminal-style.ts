/** Emphasis by colour where the stream is a terminal that wants it. */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { plainStyle, type Style } from '../report/style.ts';

/** Whether the stream wants colour is decided here, not by styleText, which would ask stdout. */
const paint = (format: 'bold' | 'dim' | 'green' | 'red', text: string): string =>
  styleText(format, text, { validateStream: false });

export function terminalStyle(stream: WriteStream): Style {
  if (!stream.isTTY || process.env.NO_COLOR) return plainStyle;
  return {
    bold: (text) => paint('bold', text),
    dim: (text) => paint('dim', text),
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
  };
}
