/** The `data` namespace: datasets and batches. */
export { Dataset, randomSplit, Subset, TensorDataset } from "./data/dataset";
export { DataLoader } from "./data/loader";
export type { Collated, LoaderOptions } from "./data/loader";
