/** The package declares types for its main entry only. */
declare module "crc-32/crc32c.js" {
  /** The CRC-32C (Castagnoli) of bytes, as a signed integer. */
  export function buf(data: Uint8Array, seed?: number): number;
}
