import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCgroupLimits } from '../../src/machine/cgroup-limits.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'harp-cgroup-'));
});

afterEach(() => rmSync(root, { recursive: true }));

test.each<{ name: string; files: Record<string, string>; expected: object }>([
  { name: 'no control groups at all', files: {}, expected: {} },
  {
    name: 'version 2 without limits',
    files: {
      'proc/self/cgroup': '0::/',
      'sys/fs/cgroup/cpu.max': 'max 100000',
      'sys/fs/cgroup/memory.max': 'max',
    },
    expected: {},
  },
  {
    name: 'version 2 in a container, whose own group looks like the root',
    files: {
      'proc/self/cgroup': '0::/',
      'sys/fs/cgroup/cpu.max': '150000 100000',
      'sys/fs/cgroup/memory.max': '536870912',
    },
    expected: { cpuQuotaCores: 1.5, memoryLimitMiB: 512 },
  },
  {
    name: 'version 2, where a group above is tighter',
    files: {
      'proc/self/cgroup': '0::/a/b',
      'sys/fs/cgroup/a/b/cpu.max': '400000 100000',
      'sys/fs/cgroup/a/cpu.max': '200000 100000',
    },
    expected: { cpuQuotaCores: 2 },
  },
  {
    name: 'version 1, with a quota and a memory limit of its own',
    files: {
      'proc/self/cgroup': '4:memory:/job\n2:cpuacct,cpu:/job\n0::/',
      'sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '50000',
      'sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': '1073741824',
    },
    expected: { cpuQuotaCores: 0.5, memoryLimitMiB: 1024 },
  },
  {
    name: 'version 1 without limits, which it writes as −1 and as a huge number',
    files: {
      'proc/self/cgroup': '4:memory:/\n1:cpu:/',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    },
    expected: {},
  },
])('$name', ({ files, expected }) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  expect(readCgroupLimits(root)).toEqual(expected);
});
