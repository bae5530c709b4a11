import * as tf from "@tensorflow/tfjs-core";

/**
 * Turns TensorFlow.js's own notices off until the returned function is called. A second copy of it in the process, such
 * as the workspace's, warns of every kernel that it registers again: some 200 lines that say nothing about the model.
 */
export function silenceNotices(): () => void {
  const environment = tf.env();
  const before = environment.getBool("PROD");
  environment.set("PROD", true);
  return () => environment.set("PROD", before);
}
