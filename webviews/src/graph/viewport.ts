import type { Box, Scene } from "./layout";

const SMALLEST = 0.05;
const LARGEST = 3;
/** Below this few can read what is drawn. */
const READABLE = 0.8;
const EDGE = 24;

/** Which part of the scene is seen, and how large. */
export class Viewport {
  scale = 1;
  private x = 0;
  private y = 0;
  private animation = 0;

  /** @param canvas what the scene is seen through; `layer` is moved. */
  constructor(
    private readonly canvas: () => Element | null,
    private readonly layer: () => Element | null,
  ) {}

  /** Moves the layer to where it belongs. */
  apply(): void {
    this.layer()?.setAttribute("transform", `translate(${this.x},${this.y}) scale(${this.scale})`);
  }

  /** The beginning of a scene, readable. */
  showTop({ width, height }: Scene): void {
    const room = this.room();
    const fitting = Math.min(room.width / width, room.height / height, 1);
    this.scale = Math.max(fitting, Math.min(READABLE, room.width / width, 1), READABLE / 2);
    this.x = Math.max((room.width - width * this.scale) / 2, width * this.scale > room.width ? 0 : 8);
    this.y = Math.max(0, (room.height - height * this.scale) / 2);
    this.apply();
  }

  showAll({ width, height }: Scene): void {
    const room = this.room();
    const scale = clamp(Math.min(room.width / width, room.height / height, 1), SMALLEST, LARGEST);
    this.moveTo((room.width - width * scale) / 2, (room.height - height * scale) / 2, scale);
  }

  /** Zooms, keeping a place of the canvas, or else its middle, where it is. */
  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const room = this.room();
    const { x, y } = at ?? { x: room.width / 2, y: room.height / 2 };
    const scale = clamp(this.scale * factor, SMALLEST, LARGEST);
    const ratio = scale / this.scale;
    this.place(x - (x - this.x) * ratio, y - (y - this.y) * ratio, scale);
  }

  pan(dx: number, dy: number): void {
    this.place(this.x + dx, this.y + dy, this.scale);
  }

  /** Moves as little as is needed for a box to be seen. */
  reveal({ x, y, width, height }: Box): void {
    const room = this.room();
    const scale = Math.max(this.scale, READABLE);
    const [left, top] = [this.x, this.y].map((offset, i) => offset + (i === 0 ? x : y) * scale) as [number, number];
    const shift = (start: number, size: number, space: number): number => {
      if (start < EDGE) return EDGE - start;
      return start + size > space - EDGE ? Math.max(space - EDGE - size - start, EDGE - start) : 0;
    };
    const dx = shift(left, Math.min(width, 400) * scale, room.width);
    const dy = shift(top, Math.min(height, 200) * scale, room.height);
    if (dx !== 0 || dy !== 0 || scale !== this.scale) this.moveTo(this.x + dx, this.y + dy, scale);
  }

  /** Keeps a box where it is while the scene around it changes. */
  keep(before: Box | undefined, after: Box | undefined): void {
    if (before && after) this.pan((before.x - after.x) * this.scale, (before.y - after.y) * this.scale);
    else this.apply();
  }

  private place(x: number, y: number, scale: number): void {
    cancelAnimationFrame(this.animation);
    Object.assign(this, { x, y, scale });
    this.apply();
  }

  /** In a few frames, unless somebody has asked for less motion. */
  private moveTo(x: number, y: number, scale: number): void {
    cancelAnimationFrame(this.animation);
    if (
      matchMedia("(prefers-reduced-motion: reduce)").matches ||
      document.body.classList.contains("vscode-reduce-motion")
    ) {
      this.place(x, y, scale);
      return;
    }
    const from = { x: this.x, y: this.y, scale: this.scale };
    const start = performance.now();
    const step = (now: number): void => {
      const progress = clamp((now - start) / 160, 0, 1);
      const eased = 1 - (1 - progress) ** 3;
      this.x = from.x + (x - from.x) * eased;
      this.y = from.y + (y - from.y) * eased;
      this.scale = from.scale + (scale - from.scale) * eased;
      this.apply();
      if (progress < 1) this.animation = requestAnimationFrame(step);
    };
    this.animation = requestAnimationFrame(step);
  }

  private room(): { readonly width: number; readonly height: number } {
    const { width, height } = this.canvas()?.getBoundingClientRect() ?? { width: 0, height: 0 };
    return { width: Math.max(width, 1), height: Math.max(height, 1) };
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
