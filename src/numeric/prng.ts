/**
 * Seeded random numbers: the same seed gives the same sequence on every machine. The generator is sfc32 (Chris
 * Doty-Humphrey's "small fast counting" generator, 128 bits of state), started from the seed by splitmix32.
 * Not for secrets.
 */

export interface Random {
  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
}

/** @param seed any number; only its lowest 32 bits as an integer count */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const splitmix32 = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = splitmix32();
  let b = splitmix32();
  let c = splitmix32();
  let counter = 1;

  const sfc32 = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round++) sfc32();

  const uniform = (): number => sfc32() / 2 ** 32;

  // Marsaglia's polar method yields normals in pairs; the second waits for the next call.
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const second = spare;
      spare = undefined;
      return second;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = y * scale;
    return x * scale;
  };

  return { uniform, normal };
}
