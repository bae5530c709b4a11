import { data, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** For each shape, which places it covers that lie x to the right of its centre and y below it. */
const covers: Record<string, (x: Tensor, y: Tensor, radius: Tensor) => Tensor> = {
  disc: (x, y, radius) => x.square().add(y.square()).lt(radius.square()),
  ring: (x, y, radius) => x.square().add(y.square()).sqrt().sub(radius.mul(0.8)).abs().lt(radius.mul(0.2)),
  square: (x, y, radius) => torch.maximum(x.abs(), y.abs()).lt(radius.mul(0.85)),
  diamond: (x, y, radius) => x.abs().add(y.abs()).lt(radius.mul(1.1)),
  triangle: (x, y, radius) => y.lt(radius.mul(0.7)).logicalAnd(x.abs().lt(y.add(radius).mul(0.6))),
  cross: (x, y, radius) => {
    const bars = torch.minimum(x.abs(), y.abs()).lt(radius.mul(0.35));
    return bars.logicalAnd(torch.maximum(x.abs(), y.abs()).lt(radius));
  },
};

/** What is drawn, in the order of the classes. */
export const shapeNames = Object.keys(covers);

/** Masks [count, 1, side, side] of one kind of shape, anywhere and of any size. */
function masksOf(name: string, count: number, side: number): Tensor {
  const radius = torch
    .rand(count, 1, 1, 1)
    .mul(side / 8)
    .add(side / 5);
  const centre = torch
    .rand(count, 2, 1, 1)
    .mul(side / 4)
    .add(side * (3 / 8));
  const places = torch.arange(side);
  const x = places.view(1, 1, 1, side).sub(centre.narrow(1, 0, 1));
  const y = places.view(1, 1, side, 1).sub(centre.narrow(1, 1, 1));
  return covers[name](x, y, radius).float();
}

/** Colour images [3, side, side], `each` of every shape, in noise, and the class of the shape. */
export function drawShapes(each: number, side = 32): data.TensorDataset {
  const masks = torch.cat(shapeNames.map((name) => masksOf(name, each, side)));
  const classes = torch.arange(shapeNames.length).repeatInterleave(each);
  const count = each * shapeNames.length;
  // Two colours that are far enough apart to be told from each other.
  const background = torch.rand(count, 3, 1, 1).mul(0.4);
  const foreground = torch.rand(count, 3, 1, 1).mul(0.4).add(0.6);
  const clean = foreground.sub(background).mul(masks).add(background);
  const images = clean.add(torch.randn(count, 3, side, side).mul(0.05));
  return new data.TensorDataset(images, classes);
}
