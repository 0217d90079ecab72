/**
 * A single-shot detector: SSD heads (Liu et al., 2016) in their light form on MobileNetV2 (Sandler et al., 2018). Our
 * reading: six anchors at each cell of six feature maps, 3234 for an image of 320 × 320. Its outputs are scores and box
 * offsets for every anchor; choosing among them is left to the caller.
 */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { concat, input, type Value } from '../value.ts';
import { depthwise, invertedResidual, mobilenetv2Features } from './mobilenetv2.ts';

const ANCHORS = 6;
/** 90 of COCO's categories and the background. */
const CLASSES = 91;
/** Stage of the backbone with a stride of 16, the finest map that boxes are predicted from. */
const FINEST = 4;

/** Channels of the maps beyond the backbone, each half as wide and high as the one before. */
const EXTRA_MAPS = [512, 256, 256, 128];

/** `values` for each anchor of a map: [batch, height · width · anchors, values] */
function predict(map: Value, values: number): Value {
  const grid = depthwise(map, 1).conv(ANCHORS * values, { kernel: 1 }, { bias: true });
  const anchors = grid.length(2) * grid.length(3) * ANCHORS;
  return grid.transpose(0, 2, 3, 1).reshape(anchors, values);
}

export const ssdlite: Architecture = {
  description: 'single-shot detector on MobileNetV2, two outputs, images of 320 × 320',
  build: (graph) => {
    const features = mobilenetv2Features(input(graph, 'images', [BATCH, 3, 320, 320]));
    const maps = [features[FINEST]!, features.at(-1)!];
    for (const filters of EXTRA_MAPS) maps.push(invertedResidual(maps.at(-1)!, 0.25, filters, 2).relu6());
    const joined = (values: number): Value =>
      concat(
        maps.map((map) => predict(map, values)),
        1,
      );
    return { scores: joined(CLASSES).sigmoid(), boxes: joined(4) };
  },
};
