/** The libraries whose tensors are told apart by how types name them: `tf.Tensor4D`, `torch.Tensor`. */
export type TensorLibrary = "tf" | "torch";

/** The library that a package is part of. */
export function tensorLibrary(specifier: string): TensorLibrary | undefined {
  if (/^@tensorflow\/tfjs(?![^/-])/.test(specifier)) return "tf";
  return /^shapewright(\/|$)/.test(specifier) ? "torch" : undefined;
}

/** The name of a library's type without what does not matter for shapes; nothing where it is no type of tensors. */
export function tensorName(library: TensorLibrary, name: string): string | undefined {
  if (library === "torch") return name === "Tensor" || name === "Parameter" ? "Tensor" : undefined;
  if (name === "Variable") return "Tensor";
  return /^(Tensor([1-6]D)?|Scalar)$/.test(name) ? name : undefined;
}
