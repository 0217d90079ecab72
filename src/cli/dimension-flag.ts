/** `--dim sequence=128`: the length of a named dimension, as name and length. */
import { Flags } from '@oclif/core';
import { HarpError } from '../domain/errors.ts';

export const dimension = Flags.custom<{ name: string; length: number }>({
  helpValue: 'NAME=LENGTH',
  parse: async (input) => {
    const [, name, length] = /^(.+)=(\d+)$/.exec(input) ?? [];
    if (name === undefined || Number(length) === 0) {
      throw new HarpError('usage', 'invalid value', {
        where: '--dim',
        expected: 'a dimension and its length, as sequence=128',
        got: JSON.stringify(input),
      });
    }
    return { name, length: Number(length) };
  },
});
