import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { registerPaddingFix } from "./numeric-padding";

/** Makes TensorFlow.js's plain JavaScript backend the current one. Returns the device's name. */
export async function openCpu(): Promise<string> {
  await tf.setBackend("cpu");
  registerPaddingFix("cpu");
  silently(() => tf.scalar(0).dispose());
  return "JavaScript without acceleration: for very small models only";
}

/** The backend's first tensor prints an advertisement for tfjs-node, which the report of the devices replaces. */
function silently(action: () => void): void {
  const environment = tf.env();
  const before = environment.getBool("PROD");
  environment.set("PROD", true);
  try {
    action();
  } finally {
    environment.set("PROD", before);
  }
}
