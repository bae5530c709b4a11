/** The libraries whose tensors are told apart by how types name them: `tf.Tensor4D`, `torch.Tensor`. */
export type TensorLibrary = "tf" | "torch";

/**
 * What stands in for the declarations of a library: its tensors, and nothing else that it has. So it need not be installed, and is
 * not read, which takes longer than everything else.
 */
const DECLARATIONS: Readonly<Record<TensorLibrary, string>> = {
  tf: `
    export declare enum Rank { R0 = "R0", R1 = "R1", R2 = "R2", R3 = "R3", R4 = "R4", R5 = "R5", R6 = "R6" }
    export declare class Tensor<R extends Rank = Rank> { #rank: R }
    export declare class Variable<R extends Rank = Rank> extends Tensor<R> {}
    export type Scalar = Tensor<Rank.R0>;
    ${[1, 2, 3, 4, 5, 6].map((rank) => `export type Tensor${rank}D = Tensor<Rank.R${rank}>;`).join("\n")}
  `,
  torch: `
    export declare class Tensor<Shape extends readonly unknown[] = readonly unknown[]> { #shape: Shape }
    declare class Parameter extends Tensor {}
    export declare namespace nn { export { Parameter } }
    export declare namespace torch { export { Tensor } }
  `,
};

/** No path on a disk. */
const FOLDER = "/shapewright:declarations";

/** The library that a package is part of. */
export function tensorLibrary(specifier: string): TensorLibrary | undefined {
  if (/^@tensorflow\/tfjs(-(node|node-gpu|core|layers|data|backend-[\w-]+))?(\/|$)/.test(specifier)) return "tf";
  return /^shapewright(\/|$)/.test(specifier) ? "torch" : undefined;
}

/** The file that stands in for a library's declarations. */
export function declarationFile(library: TensorLibrary): string {
  return `${FOLDER}/${library}.d.ts`;
}

/** The library that a file stands in for. */
export function declaredLibrary(file: string): TensorLibrary | undefined {
  return file === declarationFile("tf") ? "tf" : file === declarationFile("torch") ? "torch" : undefined;
}

/** The text of a file that stands in for a library's declarations. */
export function declarationText(file: string): string | undefined {
  const library = declaredLibrary(file);
  return library && DECLARATIONS[library];
}
