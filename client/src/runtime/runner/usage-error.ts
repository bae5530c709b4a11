/** A way of asking for a run that makes no sense: an unknown hyperparameter, a device that is not there. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
