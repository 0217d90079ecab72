/** SqueezeNet 1.0 (Iandola et al.: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, 2016). */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { concat, input, type Value } from '../value.ts';

/** Squeezes to few channels, then expands by 1×1 and 3×3 convolutions side by side. */
function fire(x: Value, squeeze: number, expand: number): Value {
  const narrow = x.conv(squeeze, { kernel: 1 }, { bias: true }).relu();
  const sides = [1, 3].map((kernel) => narrow.conv(expand, { kernel }, { bias: true }).relu());
  return concat(sides, 1);
}

const halve = (x: Value): Value => x.maxPool({ kernel: 3, stride: 2, pad: 0, ceil: true });

export const squeezenet: Architecture = {
  description: 'SqueezeNet 1.0: few parameters, images of 224 × 224',
  build: (graph) => {
    const images = input(graph, 'images', [BATCH, 3, 224, 224]);
    let x = halve(images.conv(96, { kernel: 7, stride: 2, pad: 0 }, { bias: true }).relu());
    x = halve(fire(fire(fire(x, 16, 64), 16, 64), 32, 128));
    x = halve(fire(fire(fire(fire(x, 32, 128), 48, 192), 48, 192), 64, 256));
    x = fire(x, 64, 256);
    return { logits: x.conv(1000, { kernel: 1 }, { bias: true }).relu().globalAveragePool() };
  },
};
