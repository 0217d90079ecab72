// Where a server's main thread spends its time, from a profile that `node --cpu-prof` has written: what runs is counted
// for the innermost of these areas that it was called from. Loading of modules is left out.
import { readFileSync } from 'node:fs';

/** Patterns are tried on "function folder/file" of each frame, from the innermost out. */
const AREAS = [
  [
    'node:http and the system send the answer',
    /^(end|writeHead) node:_http|^(afterWriteTick|resOnFinish|onFinish|emitCloseNT) /,
  ],
  ['decoding and checking the request', /protocol\/(decode|split|parse|validate|read)-|serving\/read-body/],
  ['encoding the answer', /protocol\/(encode|print)-|serving\/(answer|rows)/],
  ['the policy', / policy\/|dispatch\//],
  [
    'rows, slots, batches, timers',
    /serving\/(request-table|row-in-flight|row-history|part-order|slot-file|dispatch-loop)|engine\//,
  ],
  [
    'metrics, statistics, live page, traces',
    /serving\/(metrics|exposition|statistics|module-run|daemon|trace)|live\//,
  ],
  ['routes, promises, what ties these together', / serving\//],
  ['node:http takes the request', /parserOn|_http_|onStreamRead/],
];
const LOADING = / (esm|cjs)\/|^evaluate /;

/**
 * @param {string} file a .cpuprofile
 * @returns {[string, number][]} areas with their shares of the time that was not idle, largest first
 */
export function whereTimeGoes(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const areas = new Map(nodes.map((node) => [node.id, areaOf(node)]));
  const spent = new Map();
  samples.forEach((id, index) => {
    const area = areas.get(id);
    if (area !== undefined) spent.set(area, (spent.get(area) ?? 0) + timeDeltas[index]);
  });
  const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
  return [...spent].map(([area, time]) => [area, time / total]).sort((a, b) => b[1] - a[1]);
}

function areaOf(node) {
  const frames = [];
  for (let at = node; at; at = at.parent) {
    const { functionName, url } = at.callFrame;
    frames.push(`${functionName} ${url.split('/').slice(-2).join('/')}`);
  }
  if (frames[0].startsWith('(idle)') || frames.some((frame) => LOADING.test(frame))) return undefined;
  if (frames[0].startsWith('(garbage')) return 'collecting garbage';
  for (const frame of frames) {
    const found = AREAS.find(([, pattern]) => pattern.test(frame));
    if (found) return found[0];
  }
  return 'the event loop and all else';
}
