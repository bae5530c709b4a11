export { lowerModule, moduleHash } from "./module";
