import { eager, fitted, functional, inspected, ownLayers, sequential } from "./models";
import { gradients, images, indices, linalg, signals } from "./numeric";
import { elementwise, losses, products, reductions, shapes } from "./operations";
import { pipelines } from "./pipelines";
import type { Family } from "./program";
import { blocks, volumes, windows } from "./windows";

/** Every family of programs. */
export const families: Readonly<Record<string, Family>> = {
  shapes,
  elementwise,
  reductions,
  products,
  losses,
  windows,
  volumes,
  blocks,
  linalg,
  signals,
  images,
  indices,
  gradients,
  sequential,
  functional,
  eager,
  ownLayers,
  inspected,
  fitted,
  pipelines,
};
