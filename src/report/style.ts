/** How reports emphasise text; the caller decides whether that means colour. */
export interface Style {
  /** Columns that there are for a table; 100 where it does not say. */
  readonly width?: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

export const plainStyle: Style = { bold: same, dim: same, good: same, bad: same };
