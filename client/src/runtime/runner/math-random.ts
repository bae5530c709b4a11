/** `Math.random` with a seed and a state, for what draws from it: TensorFlow.js's initial weights, dropout, shuffling. */
let state: readonly number[] | undefined;

/** From here on `Math.random` gives the same numbers for the same seed. */
export function seedMathRandom(seed: number): void {
  const start = Math.trunc(seed);
  state = [start | 0, Math.floor(start / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  // The first numbers of similar seeds are similar.
  for (let i = 0; i < 12; i++) next();
  Math.random = random;
}

/** Null where no seed was given. */
export function mathRandomState(): unknown {
  return state ?? null;
}

export function setMathRandomState(saved: unknown): void {
  if (state && Array.isArray(saved) && saved.length === 4) state = saved as number[];
}

function random(): number {
  // 53 bits, as many as a double holds.
  return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** Chris Doty-Humphrey's sfc32 (PractRand, 2010). */
function next(): number {
  const [a = 0, b = 0, c = 0, counter = 0] = state ?? [];
  const sum = (((a + b) | 0) + counter) | 0;
  state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (counter + 1) | 0];
  return sum;
}
