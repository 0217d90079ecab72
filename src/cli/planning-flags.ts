/** Flags of commands that plan: for what, with which figures and prices, and what the plan has to show. */
import { Flags } from '@oclif/core';
import { BILLINGS, type Billing } from '../domain/plan.ts';
import { STATISTICS } from '../domain/profile.ts';
import { FAN_OUTS, type FanOut } from '../domain/simulation.ts';
import { positive, reserve } from './flags.ts';
import { share } from './simulation-flags.ts';

/** For what a plan is made, and what from. */
export const planningFlags = {
  rate: positive({ description: "requests per second, instead of the application's" }),
  slo: positive({ description: "milliseconds end to end, instead of the application's" }),
  reserve: reserve(),
  'time-limit': positive({
    description: 'seconds that the search for the optimum may take; the best plan so far is then used',
    default: 2,
  }),
  billing: Flags.option({ options: BILLINGS, default: 'proportional' as Billing })({
    description: 'charge a partly used machine by its share, or whole',
  }),
  statistic: Flags.option({ options: STATISTICS })({
    description: 'which figure of measured durations to plan with; as profiled by default',
  }),
  dummies: Flags.boolean({ description: 'buy padding where it saves money', default: true, allowNo: true }),
  prices: Flags.string({ description: 'prices of hardware', helpValue: 'FILE' }),
};

/**
 * What a replay has to show, beside --arrivals.
 * @param dependsOn flags without which a share says nothing
 */
export const promiseFlags = ({ dependsOn = [] }: { readonly dependsOn?: string[] } = {}) => ({
  attainment: share({
    dependsOn,
    description:
      'the share of requests that must be in time; by default 1 of uniform arrivals, 0.99 of others',
  }),
  'fan-out': Flags.option({ options: FAN_OUTS, default: 'even' as FanOut })({
    description: 'how a mean of 1.8 tasks a request becomes whole numbers',
  }),
});
