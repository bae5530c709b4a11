/** Gives `Tensor` its methods. A module of its own, so that it runs after both sides of the import cycle exist. */
import { installMethods } from "./methods";
import { methodFunctions } from "./ops/index";
import { Tensor } from "./tensor";

installMethods(Tensor.prototype, methodFunctions());
