/** Flags of simulations: shares, and lists of dispatch rules. */
import { Flags } from '@oclif/core';
import { didYouMean } from '../domain/closest-name.ts';
import { DISPATCH_RULES, type DispatchRuleName } from '../domain/enforcement.ts';
import { HarpError } from '../domain/errors.ts';

/** Above 0, up to 1. */
export const share = Flags.custom<number>({
  helpValue: '0..1',
  parse: async (input, _context, { name }) => {
    const value = Number(input);
    if (value > 0 && value <= 1) return value;
    throw new HarpError('usage', 'invalid value', {
      where: `--${name}`,
      expected: 'a share above 0, up to 1, as 0.99',
      got: JSON.stringify(input),
    });
  },
});

/** "planned,eager": each rule once. */
export const ruleList = Flags.custom<DispatchRuleName[]>({
  helpValue: 'RULE,…',
  parse: async (input, _context, { name }) => {
    const rules = [...new Set(input.split(',').map((rule) => rule.trim()))];
    const unknown = rules.find((rule) => !DISPATCH_RULES.some((known) => known === rule));
    if (unknown === undefined) return rules as DispatchRuleName[];
    throw new HarpError('usage', 'no such dispatch rule', {
      where: `--${name}`,
      expected: DISPATCH_RULES.join(', '),
      got: JSON.stringify(unknown),
      hint: didYouMean(unknown, DISPATCH_RULES),
    });
  },
});
