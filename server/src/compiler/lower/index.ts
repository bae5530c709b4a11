export { mentionsTensors } from "./context";
export { lowerModule } from "./module";
