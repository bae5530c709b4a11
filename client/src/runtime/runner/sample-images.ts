import { encode } from "fast-png";
import type { NamedTensor } from "./safetensors";
import { TrainingError } from "./training-error";

/** Pixels between the pictures of a grid. */
const gap = 2;
/** A grid of more pictures than this shows the first ones. */
const mostPictures = 64;

/** Where the dimensions of a batch of pictures are. */
interface Layout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The position of a value in the data. */
  at(picture: number, y: number, x: number, channel: number): number;
}

/**
 * A tensor as a PNG: `[H, W]`, `[C, H, W]`, `[H, W, C]`, or a batch of the latter two, which becomes a grid. C is 1 (grey), 3
 * or 4; values are brightness from 0 to 1, and what lies outside is cut off.
 *
 * @throws TrainingError where the shape is none of these.
 */
export function encodePicture({ name, shape, data }: NamedTensor): Uint8Array {
  const layout = layoutOf(shape);
  if (!layout) {
    throw new TrainingError(
      `\`samples\`: "${name}" has the shape [${shape.join(", ")}], which is no picture. ` +
        "Give [height, width], or [channels, height, width] with 1, 3 or 4 channels, or a batch of these.",
    );
  }
  const { height, width, channels } = layout;
  const count = Math.min(layout.count, mostPictures);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const size = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  const pixels = new Uint8Array(size.width * size.height * channels);
  for (let picture = 0; picture < count; picture++) {
    const top = Math.floor(picture / columns) * (height + gap);
    const left = (picture % columns) * (width + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < channels; channel++) {
          const value = data[layout.at(picture, y, x, channel)] ?? 0;
          pixels[((top + y) * size.width + left + x) * channels + channel] = Math.round(
            255 * Math.min(1, Math.max(0, value)),
          );
        }
      }
    }
  }
  return encode({ ...size, data: pixels, channels: channels as 1 | 3 | 4, depth: 8 });
}

function layoutOf(shape: readonly number[]): Layout | undefined {
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 2) {
    return { count: 1, height: a, width: b, channels: 1, at: (_, y, x) => y * b + x };
  }
  if (shape.length === 4) {
    const one = layoutOf(shape.slice(1));
    const values = shape.slice(1).reduce((product, size) => product * size, 1);
    return one && { ...one, count: a, at: (picture, y, x, channel) => picture * values + one.at(0, y, x, channel) };
  }
  if (shape.length !== 3) return undefined;
  if (isChannels(a)) {
    return { count: 1, height: b, width: c, channels: a, at: (_, y, x, channel) => (channel * b + y) * c + x };
  }
  if (!isChannels(c)) return undefined;
  return { count: 1, height: a, width: b, channels: c, at: (_, y, x, channel) => (y * b + x) * c + channel };
}

function isChannels(size: number): boolean {
  return size === 1 || size === 3 || size === 4;
}
