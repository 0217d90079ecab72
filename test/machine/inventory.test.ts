import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { check } from '../../src/domain/check.ts';
import { machineSchema } from '../../src/domain/profile.ts';
import { takeInventory, usableCores } from '../../src/machine/inventory.ts';
import { watchOtherLoad } from '../../src/machine/other-load.ts';

test('the inventory of this machine fits the profile format and agrees with the system', async () => {
  const machine = await takeInventory();
  expect(check(machineSchema, machine, 'inventory')).toEqual(machine);
  expect(machine.totalCores).toBe(cpus().length);
  expect(machine.cores).toBe(usableCores().length);
  expect(machine.cores).toBeLessThanOrEqual(cpus().length);
  expect(machine.cpuModel).not.toBe('');
});

test('the load of others is a share of the machine', () => {
  const share = watchOtherLoad()();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
});
