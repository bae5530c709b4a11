/** What can run a training, best first. */
export const deviceKinds = ["cuda", "webgpu", "native", "wasm", "cpu"] as const;

export type DeviceKind = (typeof deviceKinds)[number];

/** A kind asked for by name, or the best one that works. */
export type DeviceRequest = "auto" | DeviceKind;

export interface BackendReport {
  /** The device in use; `name` is for people: "WebAssembly, SIMD, 1 thread". */
  readonly device: { readonly kind: DeviceKind; readonly name: string };
  /** Every better device that is not used, best first, with a reason for people. Empty when a kind was asked for. */
  readonly rejected: readonly { readonly kind: DeviceKind; readonly reason: string }[];
}

/** A kind of device: its name where it can be used, the reason where it cannot. */
export interface ProbedDevice {
  readonly kind: DeviceKind;
  readonly name: string | null;
  readonly reason: string | null;
}

/** A device that cannot be used; the message is the reason, a sentence for people. */
export class DeviceUnavailable extends Error {
  override readonly name = "DeviceUnavailable";
}
