/**
 * Residual networks (He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015), as torchvision builds
 * them: a bottleneck strides in its 3×3 convolution.
 */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { input, type Value } from '../value.ts';

/** Branches start out weak, so that sums over many blocks do not grow without bound. */
const WEAK = { gain: 0.25 };

/** One residual branch; its output has `width` channels times the block's expansion. */
type Branch = (x: Value, width: number, stride: number) => Value;

const basic: Branch = (x, width, stride) =>
  x.conv(width, { kernel: 3, stride }).batchNorm().relu().conv(width, { kernel: 3 }).batchNorm(WEAK);

const bottleneck: Branch = (x, width, stride) =>
  x
    .conv(width, { kernel: 1 })
    .batchNorm()
    .relu()
    .conv(width, { kernel: 3, stride })
    .batchNorm()
    .relu()
    .conv(4 * width, { kernel: 1 })
    .batchNorm(WEAK);

function residual(x: Value, branch: Branch, width: number, stride: number): Value {
  const change = branch(x, width, stride);
  const sameShape = stride === 1 && x.channels === change.channels;
  const shortcut = sameShape ? x : x.conv(change.channels, { kernel: 1, stride }).batchNorm();
  return change.add(shortcut).relu();
}

/** @param depths blocks in each of the four stages */
const resnet = (branch: Branch, depths: readonly number[], description: string): Architecture => ({
  description,
  build: (graph) => {
    const images = input(graph, 'images', [BATCH, 3, 224, 224]);
    let x = images.conv(64, { kernel: 7, stride: 2 }).batchNorm().relu().maxPool({ kernel: 3, stride: 2 });
    for (const [stage, depth] of depths.entries()) {
      for (let block = 0; block < depth; block++) {
        x = residual(x, branch, 64 * 2 ** stage, stage > 0 && block === 0 ? 2 : 1);
      }
    }
    return { logits: x.globalAveragePool().dense(1000) };
  },
});

export const resnet18 = resnet(basic, [2, 2, 2, 2], 'residual network of 18 layers, images of 224 × 224');
export const resnet50 = resnet(
  bottleneck,
  [3, 4, 6, 3],
  'residual network of 50 layers, images of 224 × 224',
);
