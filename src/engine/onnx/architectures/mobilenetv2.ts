/**
 * MobileNetV2 (Sandler et al.: MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018), in the size that torchvision
 * publishes.
 */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { input, type Value } from '../value.ts';

/** Expansion factor, output channels, blocks, stride of the first block. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

const pointwise = (x: Value, filters: number): Value => x.conv(filters, { kernel: 1 }).batchNorm();

/** A 3×3 convolution of each channel by itself. */
export const depthwise = (x: Value, stride: number): Value =>
  x.conv(x.channels, { kernel: 3, stride }, { groups: x.channels }).batchNorm().relu6();

/** Widens, filters each channel, narrows; added to what came in where the shapes allow it. */
export function invertedResidual(x: Value, expansion: number, filters: number, stride: number): Value {
  const wide = expansion === 1 ? x : pointwise(x, expansion * x.channels).relu6();
  const narrow = pointwise(depthwise(wide, stride), filters);
  return stride === 1 && x.channels === filters ? narrow.add(x) : narrow;
}

/** All stages' outputs, the last being the widened one of 1280 channels. */
export function mobilenetv2Features(images: Value): Value[] {
  let x = images.conv(32, { kernel: 3, stride: 2 }).batchNorm().relu6();
  const features: Value[] = [];
  for (const [expansion, filters, blocks, stride] of STAGES) {
    for (let block = 0; block < blocks; block++) {
      x = invertedResidual(x, expansion, filters, block === 0 ? stride : 1);
    }
    features.push(x);
  }
  return [...features, pointwise(x, 1280).relu6()];
}

export const mobilenetv2: Architecture = {
  description: 'inverted residuals for phones, images of 224 × 224',
  build: (graph) => {
    const images = input(graph, 'images', [BATCH, 3, 224, 224]);
    return { logits: mobilenetv2Features(images).at(-1)!.globalAveragePool().dense(1000) };
  },
};
