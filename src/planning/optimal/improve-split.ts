/** Splits of the SLO end on the modules' cost curves, and take what latency there is. */
import { costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';
import { type Position, positionWithin } from './curve-position.ts';
import { type Dag, slackOf } from './dag.ts';

/** Relative: smaller savings are not worth a step. */
const LEAST_SAVING = 1e-9;

/**
 * Hands out what latency is left, to the module that saves most with it, again and again.
 * @param curves of each module, by rising latency and falling cost
 * @param latenciesMs within the limit on every path
 */
export function improveSplit(
  dag: Dag,
  curves: readonly (readonly Piece[])[],
  latenciesMs: Float64Array,
  limitMs: number,
): Position[] {
  const positions = curves.map((curve, module) => positionWithin(curve, latenciesMs[module]!));
  const takenMs = Float64Array.from(positions, ({ latencyMs }) => latencyMs);
  for (;;) {
    const slackMs = slackOf(dag, takenMs, limitMs);
    let most = 0;
    let module = -1;
    let better: Position | undefined;
    for (let each = 0; each < positions.length; each++) {
      if (slackMs[each]! <= 0) continue;
      const { piece, latencyMs } = positions[each]!;
      const next = positionWithin(curves[each]!, latencyMs + slackMs[each]!);
      const now = costAt(piece, latencyMs);
      const saved = now - costAt(next.piece, next.latencyMs);
      if (saved > Math.max(most, now * LEAST_SAVING)) {
        most = saved;
        module = each;
        better = next;
      }
    }
    if (better === undefined) return positions;
    positions[module] = better;
    takenMs[module] = better.latencyMs;
  }
}
