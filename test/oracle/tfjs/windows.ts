import type { Family } from "./program";
import { call, js, Text } from "./program";

/** Convolutions and poolings of images, sequences and volumes. */
export const windows: Family = async (p) => {
  const { random } = p;
  const [n, h, w, c] = [random.int(1, 2), random.int(3, 8), random.int(3, 8), random.int(1, 3)];
  const image = random.perhaps(random.chance(0.15) ? [h, w, c] : [n, h, w, c], 0.1);
  const kernel = random.pick([
    [1, 1],
    [2, 2],
    [3, 3],
    [3, 2],
    [5, 5],
  ]);
  const [stride, out] = [random.pick([1, 1, 2]), random.int(1, 4)];
  const pad = random.pick(["same", "valid", 0, 1]);
  const dilation = stride === 1 ? random.pick([1, 1, 2]) : random.pick([1, 1, 1, 1, 1, 2]);
  const dilated = dilation > 1 ? ["NHWC", dilation] : [];
  const check = { window: true } as const;
  const floats = (shape: readonly number[]) => p.define(call("tf.randomUniform", shape));
  switch (
    random.pick([
      "conv",
      "fused",
      "depthwise",
      "pool",
      "pool",
      "dilatedPool",
      "argmax",
      "erode",
      "explicit",
      "sequence",
      "separable",
    ])
  ) {
    case "conv": {
      const [x, f] = [await floats(image), await floats(random.perhaps([...kernel, c, out], 0.12))];
      const y = await p.op("conv2d", [x, f, stride, pad, ...dilated], check);
      return p.op("add", [y, await floats([y.shape.at(-1) ?? 1])]);
    }
    case "fused": {
      const [x, f] = [await floats(image), await floats(random.perhaps([...kernel, c, out], 0.12))];
      const bias = random.chance(0.5) ? new Text((await floats([out])).name) : undefined;
      const options = { x: new Text(x.name), filter: new Text(f.name), strides: stride, pad, bias };
      return p.define(`tf.fused.conv2d(${js({ ...options, activation: random.pick([undefined, "relu"]) })})`, check);
    }
    case "depthwise": {
      const [x, f] = [await floats(image), await floats(random.perhaps([...kernel, c, random.int(1, 2)], 0.12))];
      return p.op("depthwiseConv2d", [x, f, stride, pad, ...dilated], check);
    }
    case "separable": {
      const m = random.int(1, 2);
      const x = await floats(image);
      const [depthwise, pointwise] = [
        await floats([...kernel, c, m]),
        await floats(random.perhaps([1, 1, c * m, out], 0.2)),
      ];
      return p.op("separableConv2d", [x, depthwise, pointwise, stride, random.pick(["same", "valid"])], check);
    }
    case "explicit": {
      const margins = [
        [0, 0],
        [random.int(0, 2), 1],
        [1, random.int(0, 2)],
        [0, 0],
      ];
      return p.op("conv2d", [await floats([n, h, w, c]), await floats([...kernel, c, out]), stride, margins], check);
    }
    case "sequence": {
      const [x, f] = [
        await floats(random.perhaps([n, h, c], 0.1)),
        await floats(random.perhaps([kernel[0] ?? 1, c, out], 0.1)),
      ];
      return p.op("conv1d", [x, f, stride, random.pick(["same", "valid"])], check);
    }
    case "pool": {
      const fn = random.pick(["maxPool", "avgPool"]);
      const rounding = typeof pad === "number" ? random.pick([undefined, "ceil", "floor", "round"]) : undefined;
      return p.op(fn, [await floats(image), random.pick([2, 3, kernel]), random.pick([1, 2]), pad, rounding], check);
    }
    case "dilatedPool":
      return p.op(
        "pool",
        [
          await floats([n, h, w, c]),
          2,
          random.pick(["avg", "max"]),
          random.pick(["same", "valid"]),
          random.pick([1, 2]),
        ],
        check,
      );
    case "argmax":
      return p.define(
        `${call("tf.maxPoolWithArgmax", await floats([n, h, w, c]), 2, random.pick([1, 2]), random.pick(["same", "valid"]))}.indexes`,
        check,
      );
    default:
      return p.op(
        "dilation2d",
        [
          await floats(image),
          await floats(random.perhaps([...kernel, c], 0.15)),
          stride,
          random.pick(["same", "valid"]),
        ],
        check,
      );
  }
};

/** The same over depth, rows and columns. */
export const volumes: Family = async (p) => {
  const { random } = p;
  const [n, d, h, w, c, out] = [
    random.int(1, 2),
    random.int(2, 5),
    random.int(2, 5),
    random.int(2, 5),
    random.int(1, 2),
    random.int(1, 3),
  ];
  const x = await p.define(
    call("tf.randomUniform", random.perhaps(random.chance(0.15) ? [d, h, w, c] : [n, d, h, w, c], 0.1)),
  );
  const kernel = random.pick([
    [1, 1, 1],
    [2, 2, 2],
    [3, 2, 1],
  ]);
  const pad = random.pick(["same", "valid"]);
  switch (random.pick(["conv", "conv", "pool", "pool", "transpose"])) {
    case "conv":
      return p.op(
        "conv3d",
        [
          x,
          await p.define(call("tf.randomUniform", random.perhaps([...kernel, c, out], 0.12))),
          random.pick([1, 2]),
          pad,
        ],
        { window: true },
      );
    case "pool":
      return p.define(
        call(random.pick(["tf.maxPool3d", "tf.avgPool3d"]), x, random.pick([2, kernel]), random.pick([1, 2]), pad),
        { window: true },
      );
    default: {
      const filter = await p.define(call("tf.randomUniform", random.perhaps([...kernel, out, c], 0.12)));
      const whole = [n, d, h, w].slice(5 - x.rank);
      return p.op("conv3dTranspose", [x, filter, [...whole, random.chance(0.12) ? out + 1 : out], 1, "same"]);
    }
  }
};

/** Blocks of images that become examples or channels. */
export const blocks: Family = async (p) => {
  const { random } = p;
  const [b, n, c] = [random.int(2, 3), random.int(1, 2), random.int(1, 2)];
  const [rows, columns] = [b * random.int(1, 2), b * random.int(1, 2)];
  switch (random.pick(["depth", "space", "batch"])) {
    case "depth": {
      const depth = random.chance(0.2) ? b * b * c + 1 : b * b * c;
      return p.op("depthToSpace", [await p.fresh([n, 2, 3, depth]), b, "NHWC"]);
    }
    case "space": {
      const x = await p.fresh([n, random.chance(0.2) ? rows + 1 : rows, columns, c]);
      return p.op("spaceToBatchND", [
        x,
        [b, b],
        random.pick([
          [
            [0, 0],
            [0, 0],
          ],
          [
            [0, b],
            [0, 0],
          ],
          [[0, 0]],
        ]),
      ]);
    }
    default: {
      const x = await p.fresh([random.chance(0.2) ? n * b * b + 1 : n * b * b, 2, 2, c]);
      return p.op("batchToSpaceND", [
        x,
        [b, b],
        random.pick([
          [
            [0, 0],
            [0, 0],
          ],
          [
            [0, 1],
            [1, 0],
          ],
        ]),
      ]);
    }
  }
};
