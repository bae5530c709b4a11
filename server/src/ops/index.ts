import type { Library } from "../interpreter/native";
import { shapewrightLibrary } from "./shapewright/library";
import { tfjsLibrary } from "./tfjs/library";
import { torchLibrary } from "./torch/library";

/** Every library whose calls the analysis understands. */
export const libraries: readonly Library[] = [torchLibrary, tfjsLibrary, shapewrightLibrary];
