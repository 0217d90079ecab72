import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadHardware, loadPrices } from '../../src/files/load-hardware.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-prices-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Saved on 2026-11-05. */
function catalogue(...lines: string[]): string {
  const file = join(folder, 'vms.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const savedAt = new Date('2026-11-05T12:00:00Z');
  utimesSync(file, savedAt, savedAt);
  return file;
}

// As AWS', shortened; the accelerator's description has commas.
const AWS =
  'InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone,Arch';
const T4 = `"{'Gpus': [{'Name': 'T4', 'MemoryInfo': {'SizeInMiB': 15360}}], 'TotalGpuMemoryInMiB': 15360}"`;

describe("SkyPilot's catalogue", () => {
  test('gives each instance type its on-demand price in its cheapest region, the first by name among equals', () => {
    const prices = loadPrices(
      catalogue(
        AWS,
        `g4dn.xlarge,T4,1.0,4.0,16.0,${T4},0.71,0.21,ap-northeast-1,apne1-az4,x86_64`,
        `g4dn.xlarge,T4,1.0,4.0,16.0,${T4},0.526,0.19,us-west-2,usw2-az1,x86_64`,
        `g4dn.xlarge,T4,1.0,4.0,16.0,${T4},0.526,0.16,us-east-1,use1-az1,x86_64`,
        'c7i.large,,,2.0,4.0,,0.08925,0.03,us-east-1,use1-az1,x86_64',
      ),
    );
    expect(prices).toEqual({
      'g4dn.xlarge': {
        pricePerHour: 0.526,
        memoryMiB: 16384,
        asOf: '2026-11-05',
        source: "SkyPilot's catalogue (vms.csv), on demand, us-east-1, its cheapest region",
      },
      'c7i.large': {
        pricePerHour: 0.08925,
        // Cores share the price of a machine without an accelerator only.
        cores: 2,
        memoryMiB: 4096,
        asOf: '2026-11-05',
        source: "SkyPilot's catalogue (vms.csv), on demand, us-east-1, its cheapest region",
      },
    });
  });

  test('may have its columns in another order, and none for zones', () => {
    const prices = loadPrices(
      catalogue(
        'InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice',
        `gpu_1x_a6000,A6000,1.0,14.0,100.0,1.09,us-east-1,${T4},`,
      ),
    );
    expect(prices.gpu_1x_a6000).toMatchObject({ pricePerHour: 1.09, memoryMiB: 102400 });
  });

  test('skips machines that cannot be had on demand', () => {
    expect(loadPrices(catalogue(AWS, 'spot.only,,,2.0,4.0,,,0.03,us-east-1,use1-az1,x86_64'))).toEqual({});
  });

  test("that prices accelerators apart says so with every machine's price", () => {
    const prices = loadPrices(
      catalogue(
        'InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,AvailabilityZone,Price,SpotPrice',
        'a2-highgpu-1g,12.0,85.0,,,,us-central1,us-central1-a,0.73948,0.36975',
        ',,,A100,1.0,,us-central1,us-central1-a,2.933908,1.146',
      ),
    );
    expect(Object.keys(prices)).toEqual(['a2-highgpu-1g']);
    expect(prices['a2-highgpu-1g']!.source).toMatch(/without accelerators, which it prices apart$/);
  });

  test('goes before the prices that come with harp, which stand where it is silent', () => {
    const hardware = loadHardware(catalogue(AWS, 'c7i.xlarge,,,4.0,8.0,,0.2,0.03,eu-west-1,euw1-az1,x86_64'));
    expect(hardware['c7i.xlarge']).toMatchObject({ pricePerHour: 0.2, cores: 4, asOf: '2026-11-05' });
    expect(hardware['g6.xlarge']).toMatchObject({ pricePerHour: 0.8048 });
  });

  test.each([
    [
      'another table',
      'name,price\na,1',
      /first line: this is not a catalogue.*none called InstanceType, vCPUs/,
    ],
    ['an empty file', '', /this is not a catalogue/],
  ])('%s is refused', (_, text, message) => {
    expect(() => loadPrices(catalogue(text))).toThrow(message);
  });

  test('a file that is not there is refused', () => {
    expect(() => loadPrices(join(folder, 'none.csv'))).toThrow(/none\.csv: there is no such file/);
  });
});
