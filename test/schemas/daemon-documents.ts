/** What only a daemon that runs can print: looked at end to end. */
export const DAEMON_DOCUMENTS = ['serve prints listening', 'stop prints stopped'];
