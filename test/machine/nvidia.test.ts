import { describe, expect, test } from 'vitest';
import { type NvidiaDevice, parseNvidia, watchDevices } from '../../src/machine/nvidia.ts';

const CSV = `NVIDIA A10G, 550.90.07, 23028, 412, 35, 0x0000000000000001
Tesla T4, 550.90.07, 15360, 0, [N/A], 0x0000000000000044
`;

test('devices as their driver tells of them; what is not told is nothing', () => {
  expect(parseNvidia(CSV)).toEqual([
    {
      name: 'NVIDIA A10G',
      driver: '550.90.07',
      memoryMiB: 23028,
      usedMemoryMiB: 412,
      busy: 0.35,
      throttled: false,
    },
    { name: 'Tesla T4', driver: '550.90.07', memoryMiB: 15360, usedMemoryMiB: 0, busy: 0, throttled: true },
  ]);
});

test.each(['', 'NVIDIA-SMI has failed because it could not communicate with the driver\n'])(
  'no device where the driver says %j',
  (said) => expect(parseNvidia(said)).toEqual([]),
);

describe('a measurement', () => {
  const device = (changes: Partial<NvidiaDevice>): NvidiaDevice => ({ ...parseNvidia(CSV)[0]!, ...changes });

  test('takes what the devices have less than before, beside whoever was busy there', () => {
    const states = [
      [device({ usedMemoryMiB: 100, busy: 0.5 }), device({ usedMemoryMiB: 0, busy: 0 })],
      [device({ usedMemoryMiB: 100 }), device({ usedMemoryMiB: 700, throttled: true })],
    ];
    const use = watchDevices(() => states.shift()!);
    expect(use()).toEqual({ deviceMemoryMiB: 700, deviceOtherLoad: 0.5, deviceThrottled: true });
  });

  test('knows nothing where there is no such driver', () => {
    expect(watchDevices(() => [])()).toBeUndefined();
  });
});
