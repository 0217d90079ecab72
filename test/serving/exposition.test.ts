import { expect, it } from 'vitest';
import { Exposition } from '../../src/serving/exposition.ts';

it('is what Prometheus reads (its text format 0.0.4)', () => {
  const figures = new Exposition();
  const requests = figures.counter<'model' | 'outcome'>('requests_total', 'Requests by outcome');
  const latency = figures.histogram<'model'>('latency_ms', 'From arrival to answer', [1, 2.5]);
  figures.reading('gauge', 'ratio', 'Of late', () => [[{}, 0.5]]);
  figures.reading('gauge', 'queued', 'Requests waiting', () => [
    [{ module: 'a\\b"c\nd' }, Number.POSITIVE_INFINITY],
  ]);
  requests({ model: 'm', outcome: 'served' }).value += 1;
  requests({ model: 'm', outcome: 'served' }).value += 1;
  requests({ model: 'm', outcome: 'late' }).value += 1;
  for (const ms of [0.5, 1, 2, 100]) latency({ model: 'm' }).observe(ms);
  expect(figures.text()).toBe(`# HELP requests_total Requests by outcome
# TYPE requests_total counter
requests_total{model="m",outcome="served"} 2
requests_total{model="m",outcome="late"} 1

# HELP latency_ms From arrival to answer
# TYPE latency_ms histogram
latency_ms_bucket{le="1",model="m"} 2
latency_ms_bucket{le="2.5",model="m"} 3
latency_ms_bucket{le="+Inf",model="m"} 4
latency_ms_sum{model="m"} 103.5
latency_ms_count{model="m"} 4

# HELP ratio Of late
# TYPE ratio gauge
ratio 0.5

# HELP queued Requests waiting
# TYPE queued gauge
queued{module="a\\\\b\\"c\\nd"} +Inf

`);
});
