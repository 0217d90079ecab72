import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTrace, type TraceFile } from '../../src/files/load-trace.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (lines: readonly string[], options: Omit<TraceFile, 'file'> = {}) => {
  const file = join(folder, 'trace');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return loadTrace({ file, ...options });
};

type Row = [string, string[], Omit<TraceFile, 'file'>, number[]];

describe('times are read from', () => {
  test.each<Row>([
    ['plain lines', ['0', '0.5', '2'], { unit: 's' }, [0, 500, 2000]],
    [
      'plain lines with comments, blank lines and Windows ends',
      ['# ms', '', '-5\r', ' 2 \r'],
      { unit: 'ms' },
      [-5, 2],
    ],
    [
      "Azure's LLM inference traces: dates with tenths of microseconds",
      [
        'TIMESTAMP,ContextTokens,GeneratedTokens',
        '2023-11-16 18:15:46.6805900,374,44',
        '2023-11-16 18:15:50.9951690,396,109',
      ],
      {},
      [Date.UTC(2023, 10, 16, 18, 15, 46) + 680.59, Date.UTC(2023, 10, 16, 18, 15, 50) + 995.169],
    ],
    [
      'dates with a zone',
      ['2024-05-10 02:00:00.25+02:00', '2024-05-10T00:00:01Z', '2024-05-10 00:00:02+0000'],
      {},
      [250, 1000, 2000].map((ms) => Date.UTC(2024, 4, 10) + ms),
    ],
    [
      'a column of numbers; they need not ascend',
      ['app,func,end_timestamp,duration', 'a,"f,1",10.5,1', 'b,f,9.25,0.1'],
      { column: 'end_timestamp', unit: 's' },
      [9250, 10_500],
    ],
    ['the only column', ['arrival', '1', '2'], { unit: 'ms' }, [1, 2]],
    [
      'JSON lines',
      ['{"timestamp": 0, "input_length": 6755}', '{"timestamp": 3000, "input_length": 7319}'],
      { unit: 'ms' },
      [0, 3000],
    ],
    ['a JSON array', ['[1, 2,', '  4]'], { unit: 's' }, [1000, 2000, 4000]],
    ['a JSON array of objects', ['[{"at": 1}, {"at": "2"}]'], { unit: 's' }, [1000, 2000]],
  ])('%s', (_, lines, options, timesMs) => {
    const trace = load(lines, options);
    expect(trace).toEqual({ kind: 'times', timesMs: expect.any(Float64Array) });
    // A double holds today's ms to a quarter of a microsecond.
    expect(Array.from((trace as { timesMs: Float64Array }).timesMs)).toEqual(
      timesMs.map((ms) => expect.closeTo(ms, 3)),
    );
  });
});

describe('counts are read from', () => {
  test.each<Row>([
    ['plain lines', ['3', '0', '4'], { everyS: 60 }, [3, 0, 4]],
    ['a column', ['minute,requests', '0,3', '1,0'], { everyS: 60, column: 'requests' }, [3, 0]],
    ['a column called count', ['timestamp,Count', '0,3', '60,1'], { everyS: 60 }, [3, 1]],
  ])('%s', (_, lines, options, counts) => {
    expect(load(lines, options)).toEqual({
      kind: 'counts',
      counts: Float64Array.from(counts),
      intervalMs: 60_000,
    });
  });
});

describe('refused', () => {
  test.each<[string, string[], Omit<TraceFile, 'file'>, RegExp]>([
    ['numbers without a unit', ['t', '1', '2'], {}, /line 2: a time without its unit \(got 1\)/],
    [
      'a line that is no time',
      ['# requests', '1', 'soon'],
      { unit: 's' },
      /line 3: not a time \(expected a number, or a date .*, got "soon"\)/,
    ],
    [
      'a day that does not exist',
      ['t', '2024-13-01 00:00:00'],
      {},
      /line 2: not a time .*got "2024-13-01 00:00:00"/,
    ],
    [
      'a row that is too short',
      ['a,t', '1,2', '3'],
      { column: 't', unit: 's' },
      /line 3: not a time .*got nothing/,
    ],
    [
      'columns none of which is known',
      ['start,end', '1,2'],
      { unit: 's' },
      /no column "timestamp" \(expected one of start, end\)/,
    ],
    ['a column that is not there', ['start,end', '1,2'], { column: 'Start' }, /no column "Start"/],
    ['no time', [], { unit: 's' }, /too short for a trace .*got 0 times\)/],
    ['no count', [], { everyS: 1 }, /a trace without requests/],
    ['one time', ['1'], { unit: 's' }, /too short for a trace .*got 1 time\)/],
    ['all at once', ['1', '1'], { unit: 's' }, /too short for a trace .*got 2 times\)/],
    ['a negative count', ['1', '-1'], { everyS: 1 }, /line 2: not a count .*got "-1"/],
    ['counts of nothing', ['0', '0'], { everyS: 1 }, /a trace without requests/],
    ['broken JSON', ['{"timestamp": 1}', '{"timestamp": '], { unit: 's' }, /line 2: not JSON/],
    ['JSON that is no object', ['{"timestamp": 1}', '7'], { unit: 's' }, /line 2: not a JSON object .*got 7/],
    [
      'an entry without its field',
      ['[{"timestamp": 1}, {}]'],
      { unit: 's' },
      /entry 1: not a time .*got nothing/,
    ],
  ])('%s', (_, lines, options, message) => {
    expect(() => load(lines, options)).toThrow(message);
    expect(() => load(lines, options)).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });

  test('a file that is not there', () => {
    expect(() => loadTrace({ file: join(folder, 'none') })).toThrow(/none: there is no such file/);
  });
});
