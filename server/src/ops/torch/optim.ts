import type { NativeClass, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { SOME_NUMBER, UNDEFINED, UNKNOWN } from "../../interpreter/value";
import { native, silent } from "./module";
import { documentationPage } from "./result";

/** A step of `LBFGS` and of others that take one evaluates its closure. */
const step = native("step", (cx) => {
  const closure = cx.site.args[0]?.value;
  if (closure?.kind === "function") cx.callRepeatedly(closure, []);
  return UNDEFINED;
});

const members: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["step", step],
  ["zeroGrad", silent("zeroGrad")],
  ["stateDict", native("stateDict", () => UNKNOWN)],
  ["loadStateDict", silent("loadStateDict")],
  ["addParamGroup", silent("addParamGroup")],
  ["getLastLr", native("getLastLr", (cx) => cx.array([SOME_NUMBER]))],
  ["paramGroups", UNKNOWN],
]);

/** Optimizers and schedules change numbers, never shapes. */
function stateful(name: string, page: string): [string, Value] {
  const cls: NativeClass = {
    name,
    documentation: documentationPage(page),
    member: (_cx, _self, member) => members.get(member),
  };
  return [name, { kind: "nativeClass", native: cls }];
}

const optimizers = ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "Adadelta", "RAdam", "NAdam"];
const schedules = [
  "StepLR",
  "MultiStepLR",
  "ExponentialLR",
  "LinearLR",
  "CosineAnnealingLR",
  "LambdaLR",
  "OneCycleLR",
  "ReduceLROnPlateau",
  "CosineAnnealingWarmRestarts",
  "SequentialLR",
];

function namespace(name: string, exported: ReadonlyMap<string, Value>): NativeNamespace {
  return { name, member: (member) => exported.get(member), names: [...exported.keys()] };
}

const lrScheduler = namespace(
  "lrScheduler",
  new Map(schedules.map((name) => stateful(name, `torch.optim.lr_scheduler.${name}`))),
);

export const optim = namespace(
  "optim",
  new Map<string, Value>([
    ...["Optimizer", ...optimizers].map((name) => stateful(name, `torch.optim.${name}`)),
    ["lrScheduler", { kind: "namespace", namespace: lrScheduler }],
  ]),
);
