/** The numbers went wrong: nothing that is left to train. */
export class TrainingError extends Error {
  override readonly name = "TrainingError";
}
