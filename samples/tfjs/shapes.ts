import * as tf from "@tensorflow/tfjs";

const side = 16;

/** Grey images [n, 16, 16, 1] of squares, discs, crosses and rings, and one-hot classes [n, 4]. */
export function drawShapes(count: number): { images: tf.Tensor4D; classes: tf.Tensor2D } {
  const pixels = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const [x, y] = [5 + Math.random() * 6, 5 + Math.random() * 6];
    const radius = 3 + Math.random() * 2;
    labels[i] = i % 4;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [dx, dy] = [Math.abs(column - x), Math.abs(row - y)];
        const distance = Math.hypot(dx, dy);
        const inside = [
          dx < radius && dy < radius,
          distance < radius,
          (dx < 1.2 && dy < radius) || (dy < 1.2 && dx < radius),
          distance < radius && distance > radius - 1.5,
        ];
        pixels[(i * side + row) * side + column] = (inside[i % 4] ? 0.8 : 0.1) + 0.1 * Math.random();
      }
    }
  }
  return {
    images: tf.tensor4d(pixels, [count, side, side, 1]),
    classes: tf.oneHot(tf.tensor1d(labels, "int32"), 4).toFloat() as tf.Tensor2D,
  };
}

/** Noisy images [n, 16, 16, 1] with a bright disc in each, and masks of the same shape that tell where it is. */
export function drawBlobs(count: number): { images: tf.Tensor4D; masks: tf.Tensor4D } {
  const pixels = new Float32Array(count * side * side);
  const inside = new Float32Array(count * side * side);
  for (let i = 0; i < count; i++) {
    const [x, y] = [4 + Math.random() * 8, 4 + Math.random() * 8];
    const radius = 2 + Math.random() * 3;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = (i * side + row) * side + column;
        inside[at] = Math.hypot(column - x, row - y) < radius ? 1 : 0;
        pixels[at] = 0.5 * inside[at] + 0.4 * Math.random();
      }
    }
  }
  const shape: [number, number, number, number] = [count, side, side, 1];
  return { images: tf.tensor4d(pixels, shape), masks: tf.tensor4d(inside, shape) };
}
