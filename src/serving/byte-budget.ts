/** How many bytes requests may hold together, from their first byte on until they are answered: beyond it they are refused. */
import { roundTo } from '../numeric/round-to.ts';
import { ProtocolError } from './protocol/protocol-error.ts';

export class ByteBudget {
  private readonly limitBytes: number;
  private held = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** @throws ProtocolError 429 where there is not so much left; nothing is taken then */
  take(bytes: number): void {
    if (this.held + bytes > this.limitBytes) throw this.refusal(bytes);
    this.held += bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }

  private refusal(bytes: number): ProtocolError {
    const limit = `${mib(this.limitBytes)} that requests under way may hold (--memory-limit)`;
    const message =
      bytes > this.limitBytes
        ? `this request alone needs ${mib(bytes)} of the ${limit}: send fewer rows at once`
        : `${mib(this.held)} of the ${limit} are held, and this one needs ${mib(bytes)} more: try again later`;
    return new ProtocolError(429, `refused: ${message}`, 'memory');
  }
}

const mib = (bytes: number): string => `${roundTo(bytes / 2 ** 20, 3)} MiB`;
