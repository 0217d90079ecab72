/**
 * Operators that look at a whole batch at once, or do what no trial can vouch for: a model of one row that has them keeps
 * its batch of one. What mixes rows in a plainer way (a reduction over axis 0, a fixed shape) is found by running it.
 */
import { operatorName } from './multiply-adds.ts';
import type { Message } from './schema.ts';

type Node = Message<'NodeProto'>;

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(If|Loop|Scan)$/, 'decides once for a whole batch'],
  [/^(NonZero|NonMaxSuppression|Unique|Compress)$/, 'gives as many rows as it finds'],
  [/^DynamicQuantize/, 'takes its scale from a whole batch'],
  [/^(Random|Multinomial|Bernoulli)/, 'draws at random'],
  [/Sequence|^Optional/, 'makes sequences or optionals'],
];

/** @returns why this model cannot take batches, or undefined where nothing says so */
export function mixingOperator({
  graph,
  functions,
}: Message<'ModelProto'> & { graph: Message<'GraphProto'> }): string | undefined {
  const ownDomains = new Set((functions ?? []).map(({ domain, name }) => `${domain ?? ''}.${name}`));
  const live = varyingNodes(graph).filter(
    ({ domain, opType }) => !ownDomains.has(`${domain ?? ''}.${opType}`),
  );
  for (const node of [...live, ...(functions ?? []).flatMap((each) => each.node ?? [])]) {
    const reason = REASONS.find(([pattern]) => pattern.test(node.opType ?? ''))?.[1];
    if (reason !== undefined) return `${nodeText(node)} ${reason}`;
  }
  return undefined;
}

/** Nodes whose results follow from the inputs; what only constants go into is the same for every row. */
function varyingNodes({ node, input, initializer }: Message<'GraphProto'>): Node[] {
  const varying = new Set((input ?? []).map(({ name }) => name));
  for (const { name } of initializer ?? []) varying.delete(name);
  return (node ?? []).filter((each) => {
    const hasBody = (each.attribute ?? []).some(({ g }) => g);
    if (!hasBody && !(each.input ?? []).some((name) => varying.has(name))) {
      return /^(Random|Multinomial|Bernoulli)/.test(each.opType ?? '');
    }
    for (const name of each.output ?? []) varying.add(name);
    return true;
  });
}

/** As a reason names a node: 'the operator Reshape "Reshape_3"' */
export const nodeText = (node: Node): string => {
  const name = node.name || node.output?.find((output) => output !== '');
  return `the operator ${operatorName(node)}${name ? ` "${name}"` : ''}`;
};
