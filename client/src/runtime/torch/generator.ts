/**
 * The random numbers of PyTorch's CPU generator: Mersenne Twister 19937 with PyTorch's conversions, so that a seed gives
 * the same initial weights here as there.
 * Source: PyTorch's ATen/core/MT19937RNGEngine.h and ATen/native/cpu/DistributionTemplates.h
 */

const stateLength = 624;
const shiftLength = 397;

/** Where a generator stands, as plain numbers that JSON can hold. */
export interface GeneratorState {
  readonly seed: number;
  /** The twister's 624 words of 32 bits. */
  readonly words: readonly number[];
  /** How many of the words are used up. */
  readonly next: number;
  /** The second number of the last pair of normal ones, where it has not been drawn yet. */
  readonly spareNormal: number | null;
}

class MersenneTwister {
  readonly #state = new Uint32Array(stateLength);
  #next = stateLength;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed >>> 0;
    for (let i = 1; i < stateLength; i++) {
      const previous = state[i - 1] as number;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  getState(): Pick<GeneratorState, "words" | "next"> {
    return { words: [...this.#state], next: this.#next };
  }

  setState({ words, next }: Pick<GeneratorState, "words" | "next">): void {
    if (words.length !== stateLength) throw new RangeError(`A generator's state has ${stateLength} words.`);
    this.#state.set(words);
    this.#next = next;
  }

  /** 32 random bits. */
  next(): number {
    if (this.#next === stateLength) this.#twist();
    let y = this.#state[this.#next++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < stateLength; i++) {
      const mixed = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % stateLength] as number) & 0x7fffffff);
      const shifted = (mixed >>> 1) ^ ((mixed & 1) === 0 ? 0 : 0x9908b0df);
      state[i] = (state[(i + shiftLength) % stateLength] as number) ^ shifted;
    }
    this.#next = 0;
  }
}

/** Values per vectorised block of PyTorch's normal distribution. */
const block = 8;

/** A source of random numbers that a seed determines. */
export class Generator {
  #engine: MersenneTwister;
  #seed: number;
  #spareNormal: number | null = null;

  constructor(seed = 67280421310721) {
    this.#seed = seed;
    this.#engine = new MersenneTwister(seed);
  }

  manualSeed(seed: number): this {
    this.#seed = seed;
    this.#engine = new MersenneTwister(seed);
    this.#spareNormal = null;
    return this;
  }

  initialSeed(): number {
    return this.#seed;
  }

  /** Where the generator stands: with {@link setState} it draws the same numbers from there again. */
  getState(): GeneratorState {
    return { seed: this.#seed, ...this.#engine.getState(), spareNormal: this.#spareNormal };
  }

  setState(state: GeneratorState): this {
    this.#engine.setState(state);
    this.#seed = state.seed;
    this.#spareNormal = state.spareNormal;
    return this;
  }

  /** 32 random bits. */
  random(): number {
    return this.#engine.next();
  }

  /** A whole number of at least 0, below `range`. */
  below(range: number): number {
    return this.random() % range;
  }

  #random64(): bigint {
    const high = BigInt(this.random());
    const low = BigInt(this.random());
    return (high << 32n) | low;
  }

  #uniformDouble(): number {
    return Number(this.#random64() & ((1n << 53n) - 1n)) * 2 ** -53;
  }

  /** A float of at least `from`, below `to`, of 24 random bits. */
  uniform(from = 0, to = 1): number {
    return (this.random() & 0xffffff) * 2 ** -24 * (to - from) + from;
  }

  /** Numbers uniform in [from, to). */
  uniforms(count: number, from = 0, to = 1): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.uniform(from, to);
    return values;
  }

  /** Normally distributed numbers. */
  normals(count: number, mean = 0, std = 1): Float32Array {
    const values = new Float32Array(count);
    if (count < 2 * block) {
      for (let i = 0; i < count; i++) values[i] = this.#normal() * std + mean;
      return values;
    }
    values.set(this.uniforms(count));
    for (let i = 0; i + 2 * block <= count; i += 2 * block) boxMuller(values, i, mean, std);
    if (count % (2 * block) !== 0) {
      const last = count - 2 * block;
      values.set(this.uniforms(2 * block), last);
      boxMuller(values, last, mean, std);
    }
    return values;
  }

  #normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    const angle = 2 * Math.PI * this.#uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniformDouble()));
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** The numbers from 0 to `count` − 1 in random order. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < count - 1; i++) {
      const other = i + this.below(count - i);
      const swapped = order[i] as number;
      order[i] = order[other] as number;
      order[other] = swapped;
    }
    return order;
  }
}

function boxMuller(values: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + block; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (values[j] as number)));
    const angle = 2 * Math.PI * (values[j + block] as number);
    values[j] = radius * Math.cos(angle) * std + mean;
    values[j + block] = radius * Math.sin(angle) * std + mean;
  }
}

/** The generator that everything random uses unless given another. */
export const defaultGenerator = new Generator();

/** Makes what follows repeatable: initial weights, dropout, shuffling. */
export function manualSeed(seed: number): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Where the generator that everything random uses stands. */
export function getRngState(): GeneratorState {
  return defaultGenerator.getState();
}

/** Lets everything random go on from an earlier state. */
export function setRngState(state: GeneratorState): void {
  defaultGenerator.setState(state);
}
