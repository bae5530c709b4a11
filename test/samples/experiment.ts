import type { ExperimentDefinition, Hyperparameters, LossLike, ModelLike, OptimizerLike } from "shapewright";
import { torch } from "shapewright/torch";
import { losses } from "../../client/src/runtime/runner/losses";

export type AnyExperiment = ExperimentDefinition<Hyperparameters, readonly unknown[], ModelLike, OptimizerLike>;

/**
 * What the runner does with an experiment, in small: a few steps on its first batch, over and over, then a batch of validation
 * and the samples that it shows.
 * @returns the model, and the loss of each step; NaN where a step reports none
 */
export async function exercise(
  experiment: AnyExperiment,
  { steps }: { steps: number },
): Promise<{ model: ModelLike; losses: number[] }> {
  const { data, model, optimizer } = await prepare(experiment);
  const history: number[] = [];
  for await (const batch of data.train) {
    for (let step = 1; step <= steps; step++)
      history.push(await trainStep(experiment, { model, optimizer, batch, step }));
    break;
  }
  model.eval?.();
  for await (const batch of data.validation ?? []) {
    torch.noGrad(() => evaluate(experiment, model, batch));
    break;
  }
  await torch.noGrad(() => experiment.samples?.({ model, epoch: 1, hyperparameters: experiment.hyperparameters }));
  return { model, losses: history };
}

/** What a run starts with, the model in training. */
export async function prepare(experiment: AnyExperiment) {
  const { hyperparameters } = experiment;
  if (typeof hyperparameters["seed"] === "number") torch.manualSeed(hyperparameters["seed"]);
  const data = await experiment.data(hyperparameters);
  const model = experiment.model(hyperparameters);
  const optimizer = experiment.optimizer(model.parameters() as never, hyperparameters);
  model.train?.();
  return { data, model, optimizer };
}

interface Step {
  readonly model: ModelLike;
  readonly optimizer: OptimizerLike;
  readonly batch: readonly unknown[];
  readonly step: number;
}

/** One step; the loss, NaN where the step reports none. */
export async function trainStep(experiment: AnyExperiment, { model, optimizer, batch, step }: Step): Promise<number> {
  const { hyperparameters } = experiment;
  if (experiment.step) {
    const { loss = NaN } = await experiment.step({ model, optimizer, batch, hyperparameters, epoch: 1, step });
    return typeof loss === "number" ? loss : loss.item();
  }
  optimizer.zeroGrad();
  const loss = evaluate(experiment, model, batch);
  if (!loss) throw new Error("The experiment has neither a loss nor a step.");
  loss.backward();
  optimizer.step();
  return loss.item();
}

/** The loss of a batch; its metrics are computed and thrown away. */
function evaluate(experiment: AnyExperiment, model: ModelLike, batch: readonly unknown[]): LossLike | undefined {
  const output = (model.forward as (...inputs: unknown[]) => unknown)(...batch.slice(0, -1));
  const target = batch.at(-1) as never;
  const loss = experiment.loss && losses(experiment.loss(output as never, target)).total;
  for (const metric of Object.values(experiment.metrics ?? {})) metric(output as never, target);
  return loss;
}
