export * from "./expression";
export * from "./function";
export * from "./module";
export * from "./span";
export * from "./statement";
export * from "./type";
export type * from "./slice";
