/**
 * Where a long search has been: a branch that comes to a point with no less need and no less cost than an earlier one cannot
 * end cheaper. Points of equal cost per throughput make many such branches. Works while machines are unlimited.
 */
export interface SeenBranches {
  /** Whether an earlier branch was as good at this point; remembers the branch if not. */
  isBeaten(at: number, need: number, costPerHour: number): boolean;
  clear(): void;
}

export function seenBranches(): SeenBranches {
  /** Of each point, by rising need and falling cost. */
  let fronts: { readonly needs: number[]; readonly costs: number[] }[] = [];
  return {
    isBeaten(at, need, costPerHour) {
      fronts[at] ??= { needs: [], costs: [] };
      const { needs, costs } = fronts[at];
      let place = needs.length;
      while (place > 0 && needs[place - 1]! > need) place--;
      if (place > 0 && costs[place - 1]! <= costPerHour) return true;
      let end = place;
      while (end < needs.length && costs[end]! >= costPerHour) end++;
      needs.splice(place, end - place, need);
      costs.splice(place, end - place, costPerHour);
      return false;
    },
    clear() {
      fronts = [];
    },
  };
}
