import * as tf from "@tensorflow/tfjs-core";
import type { LayersModelLike, ModelLike, OptimizerLike, TensorFlowOptimizerLike } from "../experiment";
import type { TensorLike } from "./saved-state";

/** A variable of TensorFlow.js, or one that a layer keeps. */
interface Variable {
  readonly shape: readonly number[];
  read?(): tf.Tensor;
  write?(value: tf.Tensor): unknown;
  assign?(value: tf.Tensor): unknown;
}

/**
 * A model in the form that training needs: TensorFlow.js's own models, and models whose parameters are its variables, get what
 * puts their weights into checkpoints and takes them out again. Weights are named by their position, since the names that
 * TensorFlow.js gives count up with every model that is made.
 */
export function adaptModel(model: ModelLike | LayersModelLike): ModelLike {
  if (!isLayersModel(model)) {
    if (model.stateDict) return model;
    const variables = variablesOf(model.parameters());
    return variables ? withState(model, variables) : model;
  }
  let training = true;
  const forward = (...inputs: never[]) =>
    model.apply((inputs.length === 1 ? inputs[0] : inputs) as never, { training } as never);
  const adapted: ModelLike = {
    forward,
    parameters: () => model.weights,
    train: () => (training = true),
    eval: () => (training = false),
  };
  return withState(adapted, model.weights as readonly Variable[]);
}

/** An optimizer with the state that TensorFlow.js's own have; any other as it is. */
export function adaptOptimizer(optimizer: OptimizerLike | TensorFlowOptimizerLike): OptimizerLike {
  if (!isTensorFlowOptimizer(optimizer)) return optimizer;
  const own: OptimizerLike = optimizer as never;
  return {
    step: () => own.step(),
    zeroGrad: () => own.zeroGrad(),
    stateDict: async () => {
      const weights = await optimizer.getWeights();
      return { weights: weights.map(({ name, tensor }) => ({ name, tensor })), powers: powersOf(optimizer) };
    },
    loadStateDict: async ({ weights, powers }: OptimizerState) => {
      const values = weights.map(async ({ name, tensor }) => ({ name, tensor: await toTensor(tensor) }));
      await optimizer.setWeights((await Promise.all(values)) as never);
      for (const [name, power] of Object.entries(powersOf(optimizer))) {
        const saved = powers[name];
        if (saved) power.assign((await toTensor(saved)) as tf.Scalar);
      }
    },
  };
}

interface OptimizerState {
  readonly weights: readonly { readonly name: string; readonly tensor: TensorLike }[];
  readonly powers: Readonly<Record<string, TensorLike>>;
}

/**
 * Adam multiplies its powers of beta up step by step, and takes them from the number of steps when its weights are set, which comes
 * out a little different.
 */
function powersOf(optimizer: object): Record<string, tf.Variable> {
  const entries = ["accBeta1", "accBeta2"].map((name) => [name, (optimizer as Record<string, unknown>)[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, tf.Variable] => isTensorVariable(entry[1])));
}

function isTensorVariable(value: unknown): value is tf.Variable {
  return typeof value === "object" && value !== null && "assign" in value && "dataSync" in value;
}

export function isLayersModel(model: ModelLike | LayersModelLike): model is LayersModelLike {
  return !("forward" in model) && "apply" in model && Array.isArray(model.weights);
}

function isTensorFlowOptimizer(
  optimizer: OptimizerLike | TensorFlowOptimizerLike,
): optimizer is TensorFlowOptimizerLike {
  const { stateDict, getWeights, setWeights } = optimizer as Partial<OptimizerLike & TensorFlowOptimizerLike>;
  return !stateDict && typeof getWeights === "function" && typeof setWeights === "function";
}

/** The parameters where all of them are variables that can be written. */
function variablesOf(parameters: unknown): readonly Variable[] | undefined {
  if (!Array.isArray(parameters) || parameters.length === 0) return undefined;
  const isVariable = (each: Variable | null): boolean =>
    typeof each === "object" && each !== null && (typeof each.write === "function" || isTensorVariable(each));
  return parameters.every(isVariable) ? (parameters as Variable[]) : undefined;
}

function withState(model: ModelLike, variables: readonly Variable[]): ModelLike {
  const nameOf = (index: number) => `weights.${index}`;
  return {
    forward: (...inputs) => model.forward(...inputs),
    parameters: () => model.parameters(),
    ...(model.train ? { train: (mode?: boolean) => model.train?.(mode) } : {}),
    ...(model.eval ? { eval: () => model.eval?.() } : {}),
    stateDict: () =>
      Object.fromEntries(variables.map((variable, index) => [nameOf(index), variable.read?.() ?? variable])),
    loadStateDict: async (state: Readonly<Record<string, TensorLike>>) => {
      for (const [index, variable] of variables.entries()) {
        const saved = state[nameOf(index)];
        if (!saved || String(saved.shape) !== String(variable.shape)) {
          throw new RangeError(
            `the model's weights ${index} are [${variable.shape.join(", ")}], the checkpoint's are not.`,
          );
        }
        const value = await toTensor(saved);
        if (variable.write) variable.write(value);
        else variable.assign?.(value);
        value.dispose();
      }
    },
  };
}

/** A saved tensor, of whichever library it was put together with, as one of TensorFlow.js. */
async function toTensor(saved: TensorLike): Promise<tf.Tensor> {
  const { dtype } = saved as { dtype?: unknown };
  const values = (await saved.data()) as tf.TensorLike;
  return tf.tensor(values, [...saved.shape], String(dtype).endsWith("int32") ? "int32" : "float32");
}
