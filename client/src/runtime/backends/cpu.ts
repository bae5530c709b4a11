import * as tf from "@tensorflow/tfjs-core";
// By name: the package calls its Node build free of side effects, and bundlers drop a bare import of it.
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { DeviceUnavailable } from "./device";
import { registerPaddingFix } from "./numeric-padding";
import { silenceNotices } from "./quiet";

/** Makes TensorFlow.js's plain JavaScript backend the current one. Returns the device's name. */
export async function openCpu(): Promise<string> {
  await tf.setBackend("cpu");
  if (!(tf.backend() instanceof MathBackendCPU)) {
    throw new DeviceUnavailable("Another backend stands under the name of TensorFlow.js's plain one.");
  }
  registerPaddingFix("cpu");
  // The backend's first tensor prints an advertisement for tfjs-node, which the report of the devices replaces.
  const restoreNotices = silenceNotices();
  tf.scalar(0).dispose();
  restoreNotices();
  return "JavaScript without acceleration: for very small models only";
}
