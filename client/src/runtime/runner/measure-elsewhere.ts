import * as tf from "@tensorflow/tfjs-core";
import { openWasm } from "../backends/wasm";
import type { AuthoringLibrary } from "./load";
import type { NamedTensor } from "./safetensors";

/** A tensor of the authoring library, by what is used of it. */
interface Readable {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<NamedTensor["data"]>;
}

/** Runs `compute` on WebAssembly with copies of tensors that lie on a device which hands values over only later. */
export async function measureElsewhere<T>(
  library: AuthoringLibrary,
  tensors: readonly unknown[],
  compute: (...tensors: unknown[]) => Promise<T>,
): Promise<T> {
  const device = tf.getBackend();
  const values = await Promise.all(tensors.map((tensor) => (isReadable(tensor) ? tensor.data() : undefined)));
  await openWasm();
  try {
    const copies = tensors.map((tensor, index) => {
      const read = values[index];
      return read ? library.tensor(read).reshape((tensor as Readable).shape) : tensor;
    });
    return await compute(...copies);
  } finally {
    await tf.setBackend(device);
  }
}

function isReadable(value: unknown): value is Readable {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value && "dtype" in value;
}
