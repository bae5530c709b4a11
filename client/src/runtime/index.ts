/** The library `shapewright`: what an experiment is. Tensors and layers are in `shapewright/torch`. */
export { defineExperiment, isExperiment } from "./experiment";
export type {
  Batches,
  Experiment,
  ExperimentData,
  ExperimentDefinition,
  Hyperparameters,
  HyperparameterValue,
  LossLike,
  ModelLike,
  OptimizerLike,
  Scalar,
  StepContext,
} from "./experiment";
