/** What changes the cores of running processes: one port, whatever the machine allows. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Allotment {
  /** Numbers of the cores that the process may use. */
  readonly cores: readonly number[];
  /** How much of them: their number, or a fraction less than one below. */
  readonly share: number;
}

/** One for all workers of a daemon. */
export interface CoreActuator {
  readonly name: string;
  /** A command line that runs this one on these cores from its start. */
  launch(worker: number, allotment: Allotment, command: string, args: readonly string[]): CommandLine;
  /** Resolves when all threads of the process are on these cores. @throws Error where the machine refuses */
  move(worker: number, pid: number, allotment: Allotment): Promise<void>;
  /** Takes away what it has put on the machine; workers have ended. */
  close(): void;
}
