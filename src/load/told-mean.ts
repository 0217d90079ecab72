/** The mean of something that a server may tell or not. */
export class ToldMean {
  private sum = 0;
  private count = 0;

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.sum += value;
    this.count += 1;
  }

  /** Under a name; nothing where there was nothing. */
  as<Name extends string>(name: Name): { [key in Name]?: number } {
    return this.count > 0 ? ({ [name]: this.sum / this.count } as { [key in Name]: number }) : {};
  }
}
