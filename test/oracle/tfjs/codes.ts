/** The diagnostic code that each of TensorFlow.js's messages stands for; the first that matches. */
const CODES: readonly (readonly [string, RegExp])[] = [
  [
    "dtype-mismatch",
    /must be an? (float32|int32|bool|numeric|complex64)|must be (float32|int32|bool|numeric|complex64)|matching dtypes|dtype (must|should|for)|same dtype/,
  ],
  ["empty-output", /Negative dimension size|array length: -|got shape \[[^\]]*-\d/],
  [
    "reshape-size",
    /implicit (size|shape)|must match the product of shape|Cannot infer the missing size|Total size of new array|one unknown dim|must have only 1 element|should have \d+ values/,
  ],
  ["broadcast-mismatch", /could not be broadcast|cannot be broadcast|shape\.length=\d+ < input\.rank/],
  ["not-divisible", /evenly divide|divisible/],
  [
    "dim-out-of-range",
    /axis param must be in range|Axis must be|Axis = |is not in \[|'perm'|length of perm|squeeze axis|sum of sizes|would overflow|size values should be|Index out of range|<= the last dimension|non-last dimension|Invalid permutation|Invalid axis|Axis \d+ of input|not be greater than/,
  ],
  [
    "rank-mismatch",
    /must be rank|rank of tensors|ndim=|(?<!target: .*)dimension\(s\)|got ranks?|should have rank|requires (values|shape)|input shape >= 3D|match the rank|and rank of dy|inShape must be length|length of reps|array of rank|required to be|should be Tensor\dD|rank >= 2|at least rank|input rank/,
  ],
];

export function codeOf(message: string): string {
  return CODES.find(([, pattern]) => pattern.test(message))?.[0] ?? "shape-mismatch";
}
