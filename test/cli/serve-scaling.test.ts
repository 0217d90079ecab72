import { describe, expect, test } from 'vitest';
import { scalingTerms } from '../../src/cli/serve-scaling.ts';
import Serve from '../../src/commands/serve.ts';
import { followableSyntaxes, SCALING_POLICIES } from '../../src/scaling/policies.ts';
import { planOf } from '../plan-of.ts';

const PLAN = planOf('app', [{ name: 'm' }]);
const terms = (scalingPolicy: string) => scalingTerms(PLAN, { scaling: 'vertical', scalingPolicy }, 4);
const names = followableSyntaxes();

describe('policies of running workers', () => {
  test('are named by the flag and by the error from the list that there is', () => {
    expect(names).toEqual(['sponge', 'aimd', 'static:N']);
    expect(Serve.flags['scaling-policy'].description).toContain(names.join(', '));
    expect(() => terms('nope')).toThrow(`${names.join(', ')}, with N from 1 to 4`);
  });

  test.each(SCALING_POLICIES.map(({ syntax }) => syntax))('%s is taken as it is listed', (syntax) => {
    const take = () => terms(syntax.replace('N', '2'));
    if (names.includes(syntax)) expect(take()).toMatchObject({ mode: 'vertical', poolCores: 4 });
    else expect(take).toThrow('no such policy for running workers');
  });
});
