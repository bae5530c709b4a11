import type { Point } from "./level";

/** A smooth line through points, as the `d` of an SVG path: corners are cut by curves that begin and end halfway. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const last = rest.at(-1);
  if (!last) return "";
  const commands = [`M${at(first)}`];
  for (const [i, corner] of rest.slice(0, -1).entries()) {
    const next = rest[i + 1] as Point;
    const before = i === 0 ? first : (rest[i - 1] as Point);
    if (i === 0) commands.push(`L${at(between(before, corner))}`);
    commands.push(`Q${at(corner)} ${at(between(corner, next))}`);
  }
  commands.push(`L${at(last)}`);
  return commands.join("");
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
