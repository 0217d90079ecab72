import { expect, test } from 'vitest';
import type { SimulationResult } from '../../src/domain/simulation.ts';
import { renderSimulation } from '../../src/report/simulation-table.ts';
import { plainStyle, type Style } from '../../src/report/style.ts';
import { runScenario, type Scenario } from '../../src/simulation/run-scenario.ts';
import { planOf } from '../plan-of.ts';

const RULES = { dispatch: 'planned', deadlines: 'planned', paced: false } as const;

function simulated(name: string, { sloMs = 100, ...conditions }: Partial<Scenario> = {}): SimulationResult {
  const plan = planOf(name, [{ name: `${name}-module`, durationMs: 20, singleMs: 10, budgetMs: 100 }]);
  const scenario: Scenario = {
    ...{ plan, sloMs, arrivals: { kind: 'poisson' }, rateRps: 100, seed: 1, times: { kind: 'exact' } },
    ...{ lastsMs: 10_000, requests: Number.POSITIVE_INFINITY, ...conditions },
  };
  return {
    ...{ schemaVersion: 1, kind: 'simulation', application: name, rules: RULES, rateRps: 100, sloMs },
    ...{ planned: { rateRps: 100, sloMs: 100, worstCaseMs: 60, costPerHour: 1 } },
    ...{ arrivals: 'poisson', serviceTimes: 'exact', fanOut: 'even', seed: 1 },
    ...runScenario(scenario, RULES),
  };
}

const LONG = 'an-application-whose-name-somebody-thought-about-for-much-too-long-a-time';

test('no line is wider than a narrow terminal, whatever the names', () => {
  const widths = renderSimulation(simulated(LONG), plainStyle)
    .split('\n')
    .map((line) => [...line].length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

test('a run in which nothing was answered has no latencies to show, and still says what happened', () => {
  const text = renderSimulation(simulated('app', { sloMs: 5 }), plainStyle);
  expect(text).toMatch(/in time +0 +0\.0 %/);
  expect(text).toMatch(/shed +\d+ +100\.0 % +deadline-too-short \d+/);
  expect(text).not.toContain('latency');
});

test('the SLO is marked on the step of latency where it falls', () => {
  const text = renderSimulation(simulated('app', { sloMs: 60 }), plainStyle);
  expect(text.split('\n').filter((line) => line.includes('◂ SLO 60.0 ms'))).toHaveLength(1);
  expect(renderSimulation(simulated('app', { sloMs: 1000 }), plainStyle)).toContain(
    'SLO 1000 ms, beyond all',
  );
});

test('nearly all in time does not read as all', () => {
  const run = { ...simulated('app'), requests: 100_000, served: 99_999 };
  expect(renderSimulation(run, plainStyle)).toContain('> 99.9 %');
});

test('columns of the chart below the gate are painted as bad', () => {
  const painting: Style = { ...plainStyle, bad: (text) => `<${text}>` };
  const run = simulated('app', { rateRps: 250 });
  expect(renderSimulation(run, painting)).not.toMatch(/[┤│].*<[▁▂▃▄▅▆▇█]>/);
  const gated = { ...run, gate: { attainment: 0.999, passed: false } };
  expect(renderSimulation(gated, painting)).toMatch(/[┤│].*<[▁▂▃▄▅▆▇█]>/);
});
