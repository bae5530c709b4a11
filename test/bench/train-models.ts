/**
 * One side of `npm run bench:train`: trains a model for a while whenever a line with its name and a number of
 * milliseconds comes in, and answers with the steps made and the time they took. train_models.py is the other side.
 *
 * Only every hundredth loss is read, as a run reads it for its plots.
 */
import { createInterface } from "node:readline";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends";
import type { DeviceRequest } from "../../client/src/runtime/backends";

class Mlp extends nn.Module {
  first = new nn.Linear(784, 128);
  second = new nn.Linear(128, 10);
  forward(x: Tensor): Tensor {
    return this.second(F.relu(this.first(x)));
  }
}

class Cnn extends nn.Module {
  first = new nn.Conv2d(1, 32, 3);
  second = new nn.Conv2d(32, 64, 3);
  readout = new nn.Linear(1600, 10);
  forward(x: Tensor): Tensor {
    const features = F.maxPool2d(F.relu(this.first(x)), 2);
    return this.readout(F.maxPool2d(F.relu(this.second(features)), 2).flatten(1));
  }
}

class Lstm extends nn.Module {
  lstm = new nn.LSTM(64, 64, { batchFirst: true });
  readout = new nn.Linear(64, 10);
  forward(x: Tensor): Tensor {
    const [output] = this.lstm(x);
    return this.readout(output.select(1, -1));
  }
}

class Attention extends nn.Module {
  packed = new nn.Linear(64, 192);
  output = new nn.Linear(64, 64);
  forward(x: Tensor): Tensor {
    const [batch = 0, length = 0] = x.shape;
    const [q, k, v] = this.packed(x)
      .chunk(3, -1)
      .map((part) => part.view(batch, length, 4, 16).transpose(1, 2)) as [Tensor, Tensor, Tensor];
    const mixed = F.scaledDotProductAttention(q, k, v, { isCausal: true });
    return this.output(mixed.transpose(1, 2).reshape(batch, length, 64));
  }
}

class Block extends nn.Module {
  before = new nn.LayerNorm(64);
  attention = new Attention();
  between = new nn.LayerNorm(64);
  expand = new nn.Linear(64, 256);
  contract = new nn.Linear(256, 64);
  forward(x: Tensor): Tensor {
    const attended = x.add(this.attention(this.before(x)));
    return attended.add(this.contract(F.relu(this.expand(this.between(attended)))));
  }
}

class Transformer extends nn.Module {
  tokens = new nn.Embedding(64, 64);
  positions = new nn.Embedding(64, 64);
  blocks = new nn.Sequential(new Block(), new Block());
  readout = new nn.Linear(64, 64);
  forward(x: Tensor): Tensor {
    const hidden = this.tokens(x).add(this.positions(torch.arange(64)));
    return this.readout(this.blocks(hidden)).flatten(0, 1);
  }
}

interface Workload {
  readonly model: nn.Module & ((x: Tensor) => Tensor);
  readonly x: Tensor;
  readonly y: Tensor;
}

const workloads: Readonly<Record<string, () => Workload>> = {
  mlp: () => ({ model: new Mlp() as never, x: torch.randn(64, 784), y: torch.randint(0, 10, [64]) }),
  cnn: () => ({ model: new Cnn() as never, x: torch.randn(64, 1, 28, 28), y: torch.randint(0, 10, [64]) }),
  lstm: () => ({ model: new Lstm() as never, x: torch.randn(64, 32, 64), y: torch.randint(0, 10, [64]) }),
  transformer: () => ({
    model: new Transformer() as never,
    x: torch.randint(0, 64, [32, 64]),
    y: torch.randint(0, 64, [32 * 64]),
  }),
};

/** Makes a training step of a model. */
function training({ model, x, y }: Workload): () => Promise<number | undefined> {
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  let steps = 0;
  return async () => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(model(x), y);
    loss.backward();
    optimizer.step();
    return steps++ % 100 === 0 ? (await loss.data())[0] : undefined;
  };
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function main(): Promise<void> {
  const { device } = await chooseBackend((process.env["SHAPEWRIGHT_DEVICE"] ?? "wasm") as DeviceRequest);
  console.log(JSON.stringify({ name: `Shapewright, ${device.name}` }));
  const steps = new Map<string, ReturnType<typeof training>>();
  for await (const line of createInterface(process.stdin)) {
    const [name = "", milliseconds] = line.split(" ");
    const step = steps.get(name) ?? training((workloads[name] as () => Workload)());
    if (!steps.has(name)) {
      steps.set(name, step);
      for (let warm = 0; warm < 5; warm++) await step();
    }
    const [wall, cpu] = [performance.now(), cpuSeconds()];
    let count = 0;
    let loss = 0;
    while (performance.now() - wall < Number(milliseconds)) {
      loss = (await step()) ?? loss;
      count++;
      // As between the steps of a run.
      await new Promise(setImmediate);
    }
    const result = { steps: count, wall: (performance.now() - wall) / 1000, cpu: cpuSeconds() - cpu, loss };
    console.log(JSON.stringify(result));
  }
}

void main();
