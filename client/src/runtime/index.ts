/** The library `shapewright`: what an experiment is. Tensors and layers are in `shapewright/torch`. */
export { defineExperiment, isExperiment } from "./experiment";
export type {
  Batches,
  EarlyStopping,
  Experiment,
  ExperimentData,
  ExperimentDefinition,
  GradientClipping,
  LossLike,
  ModelLike,
  Monitor,
  NamedLosses,
  OptimizerLike,
  Sample,
  Scalar,
  Schedule,
  SchedulerLike,
  StepContext,
} from "./experiment";
export type { Choices, Hyperparameters, HyperparameterValue, NumberRange, Ranges } from "./hyperparameters";
