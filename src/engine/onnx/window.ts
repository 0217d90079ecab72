/** The square window of a convolution or a pooling: its attributes in ONNX, and the size of what comes out. */
import type { AttributeValue } from './graph.ts';

export interface Window {
  readonly kernel: number;
  /** 1 by default. */
  readonly stride?: number;
  /** On each side; by default half the kernel, so that stride 1 keeps the size. */
  readonly pad?: number;
  /** A last window that is not full counts too. */
  readonly ceil?: boolean;
}

const padding = ({ kernel, pad }: Window): number => pad ?? Math.floor(kernel / 2);

/** Height or width after the window went over it. */
export function windows(length: number, window: Window): number {
  const steps = (length + 2 * padding(window) - window.kernel) / (window.stride ?? 1);
  return (window.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
}

export function windowAttributes(window: Window): Record<string, AttributeValue> {
  const { kernel, stride = 1 } = window;
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: Array<number>(4).fill(padding(window)),
    ...(window.ceil && { ceil_mode: 1 }),
  };
}
