/** Emphasis by colour where the stream is a terminal that wants it, and how wide that is. */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { plainStyle, type Style } from '../report/style.ts';

/** Whether the stream wants colour is decided here, not by styleText, which would ask stdout. */
const paint = (format: 'bold' | 'dim' | 'green' | 'red', text: string): string =>
  styleText(format, text, { validateStream: false });

/** @param plain whether colour is not wanted, whatever the stream is */
export function terminalStyle(stream: WriteStream, plain = false): Style {
  if (!stream.isTTY) return plainStyle;
  // Some terminals of CI runners have no columns.
  const width = stream.columns > 0 ? { width: stream.columns } : {};
  if (plain || process.env.NO_COLOR) return { ...plainStyle, ...width };
  return {
    ...width,
    bold: (text) => paint('bold', text),
    dim: (text) => paint('dim', text),
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
  };
}
