import type { Library } from "../interpreter/native";
import { shapewrightLibrary } from "./shapewright/library";
import { tfjsLibrary } from "./tfjs/library";

/** Every library whose calls the analysis understands. */
export const libraries: readonly Library[] = [tfjsLibrary, shapewrightLibrary];
