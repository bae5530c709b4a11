// The smallest experiment there is: a straight line fitted with plain numbers, without any tensor library.
import { defineExperiment } from "shapewright";

type Batch = [inputs: number[], targets: number[]];

/** Points on y = 3x + 1, in batches. */
function points(batches: number, size: number): Batch[] {
  return Array.from({ length: batches }, (_, batch) => {
    const inputs = Array.from({ length: size }, (_, index) => Math.sin(batch * size + index));
    return [inputs, inputs.map((x) => 3 * x + 1)];
  });
}

class Line {
  slope = 0;
  intercept = 0;
  slopeGradient = 0;
  interceptGradient = 0;

  forward(inputs: number[]): { inputs: number[]; values: number[] } {
    return { inputs, values: inputs.map((x) => this.slope * x + this.intercept) };
  }

  parameters(): Line[] {
    return [this];
  }

  stateDict() {
    return { line: { shape: [2], data: () => Float32Array.of(this.slope, this.intercept) } };
  }

  async loadStateDict({ line }: { line: { data(): Float32Array | Promise<Float32Array> } }): Promise<void> {
    [this.slope = 0, this.intercept = 0] = await line.data();
  }

  meanSquaredError({ inputs, values }: ReturnType<Line["forward"]>, targets: number[]) {
    const differences = values.map((value, index) => value - targets[index]!);
    const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    return {
      item: () => mean(differences.map((difference) => difference ** 2)),
      backward: () => {
        this.slopeGradient += mean(differences.map((difference, index) => 2 * difference * inputs[index]!));
        this.interceptGradient += mean(differences.map((difference) => 2 * difference));
      },
    };
  }
}

class GradientDescent {
  constructor(
    private readonly lines: Line[],
    private readonly rate: number,
  ) {}

  zeroGrad() {
    for (const line of this.lines) line.slopeGradient = line.interceptGradient = 0;
  }

  step() {
    for (const line of this.lines) {
      line.slope -= this.rate * line.slopeGradient;
      line.intercept -= this.rate * line.interceptGradient;
    }
  }
}

const model = new Line();

export default defineExperiment({
  name: "A straight line",
  hyperparameters: { epochs: 3, batchSize: 4, learningRate: 0.1, seed: 1, batches: 20 },
  data: (h) => {
    console.log(`${h.batches} batches of ${h.batchSize}`);
    return { train: points(h.batches, h.batchSize), validation: points(2, h.batchSize) };
  },
  model: () => model,
  loss: (output, target) => model.meanSquaredError(output, target),
  optimizer: (parameters, h) => new GradientDescent(parameters, h.learningRate),
  metrics: {
    worst: ({ values }, target) => Math.max(...values.map((value, index) => Math.abs(value - target[index]!))),
  },
});
