/**
 * The fused kernels, through the library that uses them: results and gradients on WASM, where a layer is one kernel,
 * against the plain JavaScript backend, where it is composed of ordinary ones. Sizes are drawn so that most of them
 * are no multiple of a vector's four lanes.
 */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { hasFused } from "../../client/src/runtime/torch/fused";
import { Random } from "./random";
import { expectClose, openBackends } from "./trial";

beforeAll(openBackends);

/** Makes a tensor of random values that trains. */
type Draw = ((...shape: number[]) => Tensor) & {
  /** Has the gradients of a layer's parameters compared, too, which get random values. */
  parameters(module: nn.Module): void;
};

/** Runs `compute` on a backend. Returns the result, and the gradients of everything drawn. */
function run(backend: string, seed: number, compute: (draw: Draw, random: Random) => Tensor): number[][] {
  tf.setBackend(backend);
  const random = new Random(seed);
  const drawn: Tensor[] = [];
  const values = (shape: readonly number[]) => {
    const size = shape.reduce((product, each) => product * each, 1);
    return torch.tensor(Array.from({ length: size }, () => random.next() * 2 - 1)).reshape([...shape]);
  };
  const tensor = (...shape: number[]) => {
    const made = values(shape).detach().requiresGrad_();
    drawn.push(made);
    return made;
  };
  const parameters = (module: nn.Module) => {
    for (const parameter of module.parameters()) {
      torch.noGrad(() => parameter.copy_(values(parameter.shape)));
      drawn.push(parameter);
    }
  };
  const draw: Draw = Object.assign(tensor, { parameters });
  const result = compute(draw, random);
  const weights = torch.tensor(Array.from({ length: result.numel() }, (_, i) => Math.sin(i + 1))).reshape(result.shape);
  result.mul(weights).sum().backward();
  return [result, ...drawn.map((tensor) => tensor.grad as Tensor)].map((tensor) => [
    ...(tensor.reshape(-1).tolist() as number[]),
  ]);
}

function agree(name: string, compute: (draw: Draw, random: Random) => Tensor): void {
  test(name, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const [fused, composed] = [run("wasm", seed * 7919, compute), run("cpu", seed * 7919, compute)];
      expect(fused.length).toBe(composed.length);
      fused.forEach((values, i) => expectClose(values, composed[i] as number[], 2e-5, `seed ${seed}, tensor ${i}`));
    }
  });
}

test("are there on WASM, and nowhere else", () => {
  tf.setBackend("wasm");
  expect(hasFused("linear") && hasFused("lstm") && hasFused("attention")).toBe(true);
  tf.setBackend("cpu");
  expect(hasFused("linear")).toBe(false);
});

describe("linear", () => {
  agree("with a bias", (draw, random) => {
    const [rows, inputs, outputs] = random.shape(3, 1, 13) as [number, number, number];
    return F.linear(draw(2, rows, inputs), draw(outputs, inputs), draw(outputs)).relu();
  });
  agree("wider and deeper than a block", (draw) => F.linear(draw(5, 270), draw(530, 270)).mean(1));
});

describe("cross-entropy", () => {
  const logits = (draw: Draw, random: Random) => {
    const [rows, classes] = [random.integer(2, 9), random.integer(2, 9)];
    const chosen = Array.from({ length: rows }, () => random.integer(0, classes - 1));
    return [draw(rows, classes).mul(5), torch.tensor(chosen)] as const;
  };
  agree("mean", (draw, random) => F.crossEntropy(...logits(draw, random)));
  agree("sum, and a class that does not count", (draw, random) =>
    F.crossEntropy(...logits(draw, random), { reduction: "sum", ignoreIndex: 1 }),
  );
  agree("over the pixels of images", (draw, random) => {
    const classes = random.integer(2, 5);
    const target = torch.tensor(Array.from({ length: 24 }, () => random.integer(0, classes - 1))).view(2, 3, 4);
    return F.crossEntropy(draw(2, classes, 3, 4), target, { ignoreIndex: 0 });
  });
});

describe("layer normalisation", () => {
  agree("with weight and bias", (draw, random) => {
    const [rows, width] = [random.integer(2, 6), random.integer(2, 13)];
    return F.layerNorm(draw(2, rows, width), [width], { weight: draw(width), bias: draw(width) });
  });
  agree("over two dimensions, without them", (draw) => F.layerNorm(draw(3, 2, 5), [2, 5]));
});

describe("attention", () => {
  const sizes = (random: Random) => ({
    length: random.integer(1, 7),
    source: random.integer(1, 7),
    width: random.integer(1, 6),
  });
  agree("of heads that are views of one projection", (draw, random) => {
    const { length, width } = sizes(random);
    const packed = draw(2, length, 9 * width);
    const [q, k, v] = packed.chunk(3, -1).map((part) => part.view(2, length, 3, width).transpose(1, 2)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return F.scaledDotProductAttention(q, k, v, { isCausal: true });
  });
  agree("with masks", (draw, random) => {
    const { length, source, width } = sizes(random);
    const [q, k, v] = [draw(2, 2, length, width), draw(2, 2, source, width), draw(2, 2, source, width + 1)];
    const seen = Array.from({ length: length * source }, (_, i) => i % source === 0 || random.next() < 0.6);
    const allowed = torch.tensor(seen).view(length, source);
    const attnMask = random.pick([
      allowed,
      torch
        .arange(2 * length * source)
        .float()
        .sin()
        .view(2, 1, length, source),
    ]);
    return F.scaledDotProductAttention(q, k, v, { attnMask, scale: 0.7 });
  });
  agree("with several heads", (draw) => {
    const attention = new nn.MultiheadAttention(6, 3);
    draw.parameters(attention);
    const x = draw(4, 2, 6);
    const padding = torch.tensor([[false, false, false, true], [false, false, false, false]]); // prettier-ignore
    return attention(x, x, x, { needWeights: false, keyPaddingMask: padding })[0];
  });
});

describe("recurrent layers", () => {
  const layer = (draw: Draw, random: Random, kind: "LSTM" | "GRU", settings: object) => {
    const [inputs, size] = [random.integer(1, 6), random.integer(1, 9)];
    const made = new nn[kind](inputs, size, settings);
    draw.parameters(made);
    return { made, x: draw(random.integer(1, 5), 3, inputs) };
  };
  for (const kind of ["LSTM", "GRU"] as const) {
    agree(`${kind} in both directions`, (draw, random) => {
      const { made, x } = layer(draw, random, kind, { bidirectional: true });
      const [output, state] = (made as nn.LSTM)(x) as [Tensor, Tensor | [Tensor, Tensor]];
      const last = Array.isArray(state) ? state[1] : state;
      return torch.cat([output.flatten(), last.flatten()]);
    });
    agree(`${kind} over packed sequences`, (draw, random) => {
      const { made, x } = layer(draw, random, kind, {});
      const lengths = [x.size(0), Math.max(1, x.size(0) - 1), 1];
      const packed = nn.utils.rnn.packPaddedSequence(x, lengths);
      return nn.utils.rnn.padPackedSequence((made as nn.LSTM)(packed)[0])[0];
    });
  }
});

test("Adam moves parameters alike, with weight decay of both kinds and AMSGrad", () => {
  const optimizers = [
    (parameters: nn.Parameter[]) => new optim.Adam(parameters, { lr: 0.05, weightDecay: 0.1, amsgrad: true }),
    (parameters: nn.Parameter[]) => new optim.AdamW(parameters, { lr: 0.05 }),
  ];
  for (const make of optimizers) {
    const [fused, composed] = ["wasm", "cpu"].map((backend) => {
      tf.setBackend(backend);
      const parameter = new nn.Parameter(torch.arange(7).float().sub(3));
      const optimizer = make([parameter]);
      for (let step = 0; step < 5; step++) {
        optimizer.zeroGrad();
        parameter.sub(1).square().sum().backward();
        optimizer.step();
      }
      return parameter.tolist() as number[];
    }) as [number[], number[]];
    expectClose(fused, composed, 1e-5);
  }
});

test("Adam leaves a copy alone that shares the memory of a parameter", () => {
  tf.setBackend("wasm");
  const parameter = new nn.Parameter(torch.ones(3));
  const copy = parameter.detach().clone();
  const before = copy.tolist();
  const optimizer = new optim.Adam([parameter], { lr: 0.5 });
  parameter.sum().backward();
  optimizer.step();
  expect(copy.tolist()).toEqual(before);
  expect(parameter.tolist()).not.toEqual(before);
});
