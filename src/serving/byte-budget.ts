/** How many bytes requests may hold together, from their first byte on until they are answered: beyond it they are refused. */
import { ProtocolError } from './protocol/protocol-error.ts';

export class ByteBudget {
  private readonly limitBytes: number;
  private held = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** @throws ProtocolError 429 where there is not so much left; nothing is taken then */
  take(bytes: number): void {
    if (this.held + bytes > this.limitBytes) {
      throw new ProtocolError(429, 'refused: the requests under way hold all the memory there is for them');
    }
    this.held += bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }
}
