import type { Scene } from "./layout";

const COPIED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
  "opacity",
] as const;

/** The whole graph as an SVG that stands by itself, in the colours that it is seen in. */
export function svgPicture(layer: SVGGElement, { width, height }: Scene): string {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", String(Math.ceil(width)));
  svg.setAttribute("height", String(Math.ceil(height)));
  const ground = document.createElementNS(namespace, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  svg.append(ground, copyOf(layer));
  // Serialised by itself, its first attribute may be any.
  return new XMLSerializer().serializeToString(svg).replace(/^<svg(?=[^ ])/, "<svg ");
}

function copyOf(original: SVGElement): SVGElement {
  const copy = original.cloneNode(false) as SVGElement;
  const style = getComputedStyle(original);
  for (const { name } of [...copy.attributes]) {
    if (/^(aria-|class)/.test(name)) copy.removeAttribute(name);
  }
  if (!(original instanceof SVGGElement)) {
    for (const property of COPIED) {
      const value = style.getPropertyValue(property);
      if (value) copy.setAttribute(property, value);
    }
  }
  for (const child of original.childNodes) {
    if (child instanceof SVGElement) {
      if (getComputedStyle(child).display !== "none") copy.append(copyOf(child));
    } else if (child.nodeType === Node.TEXT_NODE) copy.append(child.textContent ?? "");
  }
  return copy;
}

/** A browser draws no larger picture. */
const MOST_PIXELS = 8000;

/** The picture as a PNG in base64, twice as large for sharp screens. */
export async function pngPicture(svg: string, { width, height }: Scene): Promise<string> {
  const scale = Math.min(2, MOST_PIXELS / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png").replace("data:image/png;base64,", "");
}
