/**
 * Where the numbers of tensors live, and who frees them.
 *
 * A tensor is sizes, strides and an offset over a `Storage`; views share it. A storage holds its values in host memory
 * (a typed array), on the TensorFlow.js backend, or both. JavaScript has no reference counts, and the garbage collector
 * neither sees backend memory nor runs inside a loop that never yields. So no tensor is ever freed by guessing that
 * nobody needs it. Instead, at *boundaries* (the end of `backward()`, `optimizer.step()`, the outermost `noGrad` and, in
 * `noGrad`, the outermost module call; the next batch of a `DataLoader`) every storage that is not pinned gives back its
 * backend memory and keeps its values in a typed array, which the garbage collector owns like any other object. A tensor
 * used after that is uploaded again without the user noticing. The number of backend tensors is therefore the same at
 * the same place of every step, and no tensor ever becomes invalid.
 *
 * A device whose values cannot be read at once has no such boundaries: there every storage is freed when the garbage
 * collector finds that nobody holds it, and the collector is started when that has become worth it.
 *
 * - *Pinned* storages (parameters, buffers, their gradients, optimizer state) stay on the backend. They are freed when
 *   the garbage collector finds that nobody holds them.
 * - Temporaries of the library itself never reach the user: `scope()` disposes them at once, without the copy.
 * - Batches come from host memory and are uploaded when first used; leaving the backend costs them nothing.
 *
 * Convolutions and pooling run channels-last on TensorFlow.js while PyTorch's tensors are channels-first. A storage may
 * therefore hold its backend values in channels-last order; strides keep saying what PyTorch's would, and values change
 * order only when something needs the other one.
 */
import * as tf from "@tensorflow/tfjs-core";
import { collectWhenDue } from "./collect";
import { storedAs } from "./dtype";
import type { DType, Values } from "./dtype";
import { numelOf, sameSizes } from "./shape";
import type { Sizes } from "./shape";

/** The order of the values: as the strides say, or with dimension 1 of `sizes` moved last. */
interface ChannelsLast {
  readonly tensor: tf.Tensor;
  readonly sizes: Sizes;
}

/** The backend half of a storage: an object of its own, so that it can be freed after its storage is gone. */
interface DeviceSlot {
  flat: tf.Tensor | null;
  channelsLast: ChannelsLast | null;
}

interface HostCopy {
  readonly values: Values;
  /** Sizes in channels-first order when the values are channels-last; null when they are in stride order. */
  readonly channelsLastSizes: Sizes | null;
}

function freeSlot(slot: DeviceSlot): void {
  slot.flat?.dispose();
  slot.channelsLast?.tensor.dispose();
  slot.flat = null;
  slot.channelsLast = null;
}

const ownedSlots = new FinalizationRegistry<DeviceSlot>(freeSlot);
const registered = new WeakSet<DeviceSlot>();

/** Frees a storage's backend memory when the garbage collector finds that nobody holds the storage. */
function freeWithGarbage(storage: Storage, slot: DeviceSlot): void {
  if (registered.has(slot)) return;
  registered.add(slot);
  ownedSlots.register(storage, slot);
}

/** Unpinned storages with memory on the backend: what the next boundary moves to host memory. */
const evictable = new Set<Storage>();
const scopes: Set<Storage>[] = [];
let nextId = 1;

/** [N, H, W, C] as [N, C, H, W], for any number of spatial dimensions. */
function channelsFirstOrder(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** [N, C, H, W] as [N, H, W, C], for any number of spatial dimensions. */
function channelsLastOrder(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

function channelsLastSizes(sizes: Sizes): number[] {
  return channelsLastOrder(sizes.length).map((d) => sizes[d] as number);
}

/** One channel, or one position for each channel: both orders are the same sequence of values. */
function ordersCoincide(sizes: Sizes): boolean {
  return sizes[1] === 1 || numelOf(sizes.slice(2)) === 1;
}

function readSynchronously(tensor: tf.Tensor): Values {
  try {
    return tensor.dataSync() as Values;
  } catch (error) {
    throw new SynchronousReadError(error);
  }
}

/** A value was asked for at once, of a device that hands values over only later. The name tells it from other errors. */
class SynchronousReadError extends Error {
  override readonly name = "SynchronousReadError";

  constructor(cause: unknown) {
    super(
      "This device cannot read values at once, as item() and tolist() do: return the tensor itself to have it logged, " +
        "read it with `await tensor.data()`, or train on the device wasm.",
      { cause },
    );
  }
}

/** Whether values can be read at once on the current backend: so they can unless a graphics card computes alone. */
function readsAtOnce(): boolean {
  return tf.getBackend() !== "webgpu";
}

export class Storage {
  readonly id = nextId++;
  /** Counts changes in place, so that backward() notices values it saved and that are gone. */
  version = 0;
  private host: HostCopy | null = null;
  private readonly slot: DeviceSlot = { flat: null, channelsLast: null };
  private pinned = false;
  private disposed = false;
  /** Made inside `scope()`, whose end disposes it. */
  private temporary = false;

  private constructor(
    readonly dtype: DType,
    readonly numel: number,
  ) {
    const scope = scopes.at(-1);
    if (!scope) return;
    scope.add(this);
    this.temporary = true;
  }

  static fromValues(dtype: DType, values: Values): Storage {
    const storage = new Storage(dtype, values.length);
    storage.host = { values, channelsLastSizes: null };
    return storage;
  }

  /** Takes ownership of a backend tensor whose values are in storage order. */
  static fromDevice(dtype: DType, tensor: tf.Tensor): Storage {
    const storage = new Storage(dtype, tensor.size);
    storage.slot.flat = tf.keep(tensor);
    storage.track();
    return storage;
  }

  /** Takes ownership of a channels-last backend tensor [N, …, C] of a storage that is read as [N, C, …]. */
  static fromChannelsLast(dtype: DType, tensor: tf.Tensor): Storage {
    const storage = new Storage(dtype, tensor.size);
    const sizes = channelsFirstOrder(tensor.rank).map((d) => tensor.shape[d] as number);
    storage.slot.channelsLast = { tensor: tf.keep(tensor), sizes };
    storage.track();
    return storage;
  }

  /** The values on the backend in storage order. Owned by the storage: do not dispose. */
  flat(): tf.Tensor {
    this.requireAlive();
    const { slot } = this;
    if (slot.flat) return slot.flat;
    if (!slot.channelsLast) this.upload();
    if (slot.flat) return slot.flat;
    const held = slot.channelsLast as ChannelsLast | null;
    if (!held) throw new Error("A storage holds no values: this is a defect of shapewright/torch.");
    slot.flat = tf.keep(
      ordersCoincide(held.sizes)
        ? tf.reshape(held.tensor, [this.numel])
        : tf.transpose(held.tensor, channelsFirstOrder(held.sizes.length)),
    );
    this.track();
    return slot.flat;
  }

  /** The values of a storage read as contiguous `sizes` [N, C, …], on the backend as [N, …, C]. Do not dispose. */
  channelsLast(sizes: Sizes): tf.Tensor {
    this.requireAlive();
    const { slot } = this;
    if (!slot.flat && !slot.channelsLast) this.upload();
    if (slot.channelsLast && sameSizes(slot.channelsLast.sizes, sizes)) return slot.channelsLast.tensor;
    const flat = this.flat();
    const tensor = tf.tidy(() =>
      tf.keep(
        ordersCoincide(sizes)
          ? tf.reshape(flat, channelsLastSizes(sizes))
          : tf.transpose(tf.reshape(flat, [...sizes]), channelsLastOrder(sizes.length)),
      ),
    );
    slot.channelsLast?.tensor.dispose();
    slot.channelsLast = { tensor, sizes: [...sizes] };
    this.track();
    return tensor;
  }

  /** Whether an operation that can run in either order should run channels-last on this storage. */
  prefersChannelsLast(sizes: Sizes): boolean {
    if (this.slot.flat) return false;
    const held = this.slot.channelsLast?.sizes ?? (this.slot.flat ? null : (this.host?.channelsLastSizes ?? null));
    return held !== null && sameSizes(held, sizes);
  }

  /** The values in storage order, in host memory. Not a copy: do not write. Throws where only asynchronous reads exist. */
  values(): Values {
    this.requireAlive();
    if (this.host && this.host.channelsLastSizes === null) return this.host.values;
    return readSynchronously(this.flat());
  }

  /** As `values()`, on every backend. */
  async valuesAsync(): Promise<Values> {
    this.requireAlive();
    if (this.host && this.host.channelsLastSizes === null) return this.host.values;
    return (await this.flat().data()) as Values;
  }

  /** Whether `values()` costs no read from the backend. */
  get isOnHost(): boolean {
    return this.host !== null && this.host.channelsLastSizes === null;
  }

  /** Replaces all values by those of a backend tensor in storage order, which the storage then owns. */
  replace(tensor: tf.Tensor): void {
    freeSlot(this.slot);
    this.host = null;
    this.slot.flat = tf.keep(tensor);
    this.version++;
    this.track();
  }

  /** Replaces all values by host values in storage order. */
  replaceValues(values: Values): void {
    freeSlot(this.slot);
    this.host = { values, channelsLastSizes: null };
    this.version++;
  }

  /** Whether the values lie on the backend in storage order, and in memory that nothing else is a handle on. */
  isExclusive(): boolean {
    const { flat, channelsLast } = this.slot;
    return flat !== null && channelsLast === null && tf.backend().refCount(flat.dataId) === 1;
  }

  /** Says that a kernel has written new values where the old ones were. */
  changedInPlace(): void {
    this.host = null;
    this.version++;
  }

  /** Keeps the values on the backend from now on, until the storage itself is garbage. */
  pin(): void {
    if (this.pinned) return;
    this.pinned = true;
    this.temporary = false;
    evictable.delete(this);
    scopes.forEach((scope) => scope.delete(this));
    freeWithGarbage(this, this.slot);
  }

  /** Frees the backend memory; the values stay in host memory. */
  evict(): void {
    const { slot } = this;
    const held = slot.flat ?? slot.channelsLast?.tensor;
    if (held && !this.host) {
      const sizes = slot.flat ? null : (slot.channelsLast?.sizes ?? null);
      this.host = { values: readSynchronously(held), channelsLastSizes: sizes };
    }
    freeSlot(slot);
    evictable.delete(this);
  }

  /** Frees everything. Only for storages that no user ever saw. */
  dispose(): void {
    freeSlot(this.slot);
    this.host = null;
    this.disposed = true;
    evictable.delete(this);
  }

  /** Frees a temporary before its scope ends. */
  disposeIfTemporary(): void {
    if (this.temporary) this.dispose();
  }

  get isPinned(): boolean {
    return this.pinned;
  }

  /** Takes over the values of a temporary, which is empty afterwards. */
  replaceBy(other: Storage): void {
    const flat = other.flat();
    other.slot.flat = null;
    this.replace(flat);
    other.dispose();
  }

  /** Lets a temporary outlive the scope it was made in. */
  moveTo(outer: Set<Storage> | undefined): void {
    if (outer) {
      outer.add(this);
      return;
    }
    scopes.forEach((scope) => scope.delete(this));
    this.temporary = false;
    if (this.slot.flat || this.slot.channelsLast) this.track();
  }

  private upload(): void {
    const { host } = this;
    if (!host) return;
    if (host.channelsLastSizes) {
      const sizes = host.channelsLastSizes;
      const tensor = tf.tensor(host.values, channelsLastSizes(sizes), storedAs(this.dtype));
      this.slot.channelsLast = { tensor: tf.keep(tensor), sizes };
    } else {
      this.slot.flat = tf.keep(tf.tensor(host.values, [this.numel], storedAs(this.dtype)));
    }
    this.track();
  }

  private track(): void {
    if (this.pinned || this.temporary) return;
    if (readsAtOnce()) evictable.add(this);
    else freeWithGarbage(this, this.slot);
  }

  private requireAlive(): void {
    if (this.disposed) throw new Error("A temporary of shapewright/torch was used after its scope ended.");
  }
}

/**
 * Runs library code whose temporaries no user sees: every storage made inside and not `kept` is disposed at the end.
 * `kept` picks the storages of the result that live on.
 */
export function scope<T>(run: () => T, kept: (result: T) => Iterable<Storage>): T {
  const made = new Set<Storage>();
  scopes.push(made);
  let survivors: Iterable<Storage> = [];
  try {
    const result = run();
    survivors = kept(result);
    return result;
  } finally {
    scopes.pop();
    const outer = scopes.at(-1);
    for (const storage of survivors) {
      if (made.delete(storage)) storage.moveTo(outer);
    }
    made.forEach((storage) => storage.dispose());
  }
}

/** Whether library code is running inside `scope()`, where everything made is a temporary. */
export function insideScope(): boolean {
  return scopes.length > 0;
}

/** The number of the newest storage: those made later have higher ones. */
export function lastStorageId(): number {
  return nextId - 1;
}

/**
 * A boundary: unpinned storages leave the backend; with `since`, only those made after that one. `except` stay, for what
 * follows at once.
 */
export function releaseDeviceMemory({
  since = 0,
  except = [],
}: { since?: number; except?: readonly Storage[] } = {}): void {
  if (insideScope()) return;
  if (!readsAtOnce()) return collectWhenDue();
  for (const storage of [...evictable]) {
    if (storage.id > since && !except.includes(storage)) storage.evict();
  }
}
