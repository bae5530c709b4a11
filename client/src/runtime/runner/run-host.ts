import type { chooseBackend } from "../backends";
import { encodeCheckpoint, encodeWeights } from "./checkpoint";
import type { Control } from "./control";
import type { AuthoringLibrary } from "./load";
import { mathRandomState, setMathRandomState } from "./math-random";
import { measureElsewhere } from "./measure-elsewhere";
import type { Report } from "./protocol";
import type { RunWriter } from "./run-writer";
import type { Prepared, TrainingHost } from "./training-host";

export interface Surroundings {
  readonly backend: Awaited<ReturnType<typeof chooseBackend>>;
  readonly library: AuthoringLibrary;
  readonly writer: RunOutput;
  readonly report: (report: Report) => void;
  readonly control: Control;
}

/** Where a run leaves what it has learnt. */
export type RunOutput = Pick<
  RunWriter,
  "appendMetrics" | "appendHistograms" | "writeBest" | "writeCheckpoint" | "writeSamples"
>;

/** What the training loop gets for a run in this process. */
export function trainingHost(
  { experiment, hyperparameters, model, optimizer }: Prepared,
  { backend, library, writer, report, control }: Surroundings,
): TrainingHost {
  let best: Uint8Array | undefined;
  return {
    readsAreCheap: backend.device.kind === "wasm" || backend.device.kind === "cpu",
    now: () => performance.now(),
    stopRequested: () => control.stopRequested,
    mustWait: () => control.mustWait(),
    nextCommand: () => control.next(),
    noGrad: (compute) => library.noGrad(compute),
    measure: (tensors, compute) =>
      backend.device.kind === "webgpu" ? measureElsewhere(library, tensors, compute) : compute(...tensors),
    record: (points) => writer.appendMetrics(points),
    report,
    randomState: () => ({ library: library.getRngState(), math: mathRandomState() }),
    setRandomState: (state) => {
      const { library: own, math } = state as { library: unknown; math: unknown };
      library.setRngState(own);
      setMathRandomState(math);
    },
    checkpoint: async (progress) => {
      const files = await encodeCheckpoint(model, optimizer, {
        experiment: experiment.name,
        hyperparameters,
        progress,
      });
      // First the best weights: a checkpoint that remembers an epoch as the best must not be without them.
      if (best) writer.writeBest(best);
      best = undefined;
      if (files) writer.writeCheckpoint(files);
    },
    keepBest: async (epoch) => {
      best = await encodeWeights(model, { experiment: experiment.name, epoch: String(epoch) });
    },
    writeSamples: (epoch, files) => writer.writeSamples(epoch, files),
    writeHistograms: (histograms) => writer.appendHistograms(histograms),
    clipGradients: ({ maxNorm, maxValue }) => {
      const parameters = model.parameters();
      if (maxNorm !== undefined) library.clipGradNorm(parameters, maxNorm);
      if (maxValue !== undefined) library.clipGradValue(parameters, maxValue);
    },
  };
}
