/**
 * TensorFlow.js as it stands in for a `@tensorflow/tfjs` that is not installed where a user's file lies. It shares
 * its engine with the copy in the training process, and with it the device that was chosen there.
 */
export * from "@tensorflow/tfjs";
