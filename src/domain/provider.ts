/** Execution providers: whether one computes on the processor or on a device of its own. */

export const isOnDevice = (provider: string): boolean => provider !== 'cpu';

/** What profiles call this machine where the user does not say: a device is bought whole, cores are shared. */
export const hardwareOf = (provider: string): string => (isOnDevice(provider) ? 'local-gpu' : 'local');
