export { lowerModule } from "./module";
