import type { RunStatus, Split, XAxis } from "../contract";

/** The dashboard's texts. `{0}` and so on are put in by {@link text}. */
const english = {
  loading: "Loading the run…",
  statusQueued: "Waiting",
  statusRunning: "Training",
  statusPaused: "Paused",
  statusDone: "Done",
  statusFailed: "Failed",
  statusStopped: "Stopped",
  stop: "Stop",
  pause: "Pause",
  continue: "Continue",
  step: "One step",
  resume: "Resume",
  otherHyperparameters: "Train with other hyperparameters",
  trainWithThese: "Train with these",
  trainAgain: "Train again",
  openLog: "Open log",
  revealFolder: "Run folder",
  epoch: "Epoch {0} of {1}",
  stepOf: "Step {0} of {1}",
  stepOnly: "Step {0}",
  samplesPerSecond: "{0} samples/s",
  timeLeft: "{0} left",
  took: "Took {0}",
  device: "Device",
  preparing: "Preparing…",
  whyNotBetter: "Why not a faster device?",
  progress: "Training progress",
  smoothing: "Smoothing",
  logarithmic: "Logarithmic axis",
  train: "Train",
  validation: "Validation",
  smoothed: "Train, smoothed",
  waitingForPoints: "The first values appear here after the first step.",
  noPoints: "This run recorded no values.",
  queuedBehind: "This run starts when the one before it has ended.",
  latestValues: "Latest values",
  metric: "Metric",
  split: "Data",
  latest: "Latest",
  lowest: "Lowest",
  highest: "Highest",
  atStep: "At step",
  chart: "{0} over training. Arrow keys move the cursor, plus and minus zoom, zero shows everything.",
  xAxis: "X axis",
  axisStep: "Step",
  axisEpoch: "Epoch",
  axisTime: "Time trained",
  axisClock: "Clock",
  resetZoom: "Show everything",
  export: "Export…",
  csv: "CSV table",
  json: "JSON",
  png: "PNG images",
  tensorboard: "TensorBoard events",
  runs: "Runs",
  run: "Run",
  drawn: "Drawn",
  status: "Status",
  best: "Best {0}",
  note: "Note",
  actions: "Actions",
  rename: "Rename",
  editNote: "Edit note",
  delete: "Delete",
};

export type Texts = Readonly<Record<keyof typeof english, string>>;

const chinese: Texts = {
  loading: "正在加载运行…",
  statusQueued: "等待中",
  statusRunning: "训练中",
  statusPaused: "已暂停",
  statusDone: "已完成",
  statusFailed: "失败",
  statusStopped: "已停止",
  stop: "停止",
  pause: "暂停",
  continue: "继续",
  step: "训练一步",
  resume: "从检查点恢复",
  otherHyperparameters: "使用其他超参数训练",
  trainWithThese: "用这些超参数训练",
  trainAgain: "重新训练",
  openLog: "打开日志",
  revealFolder: "运行文件夹",
  epoch: "第 {0} 轮，共 {1} 轮",
  stepOf: "第 {0} 步，共 {1} 步",
  stepOnly: "第 {0} 步",
  samplesPerSecond: "每秒 {0} 个样本",
  timeLeft: "剩余 {0}",
  took: "用时 {0}",
  device: "设备",
  preparing: "正在准备…",
  whyNotBetter: "为什么没有使用更快的设备？",
  progress: "训练进度",
  smoothing: "平滑",
  logarithmic: "对数坐标轴",
  train: "训练",
  validation: "验证",
  smoothed: "训练（平滑后）",
  waitingForPoints: "第一步完成后，数值会显示在这里。",
  noPoints: "这次运行没有记录任何数值。",
  queuedBehind: "前一个运行结束后，这个运行就会开始。",
  latestValues: "最新数值",
  metric: "指标",
  split: "数据",
  latest: "最新",
  lowest: "最低",
  highest: "最高",
  atStep: "所在步",
  chart: "{0} 在训练过程中的变化。方向键移动光标，加号和减号缩放，0 显示全部。",
  xAxis: "横轴",
  axisStep: "步",
  axisEpoch: "轮次",
  axisTime: "训练用时",
  axisClock: "钟表时间",
  resetZoom: "显示全部",
  export: "导出…",
  csv: "CSV 表格",
  json: "JSON",
  png: "PNG 图片",
  tensorboard: "TensorBoard 事件",
  runs: "运行记录",
  run: "运行",
  drawn: "绘制",
  status: "状态",
  best: "最佳 {0}",
  note: "备注",
  actions: "操作",
  rename: "重命名",
  editNote: "编辑备注",
  delete: "删除",
};

/** The texts in the language of the page, which the extension sets to the editor's. */
export const texts: Texts = document.documentElement.lang.toLowerCase() === "zh-cn" ? chinese : english;

/** A text with its placeholders filled in. */
export function text(key: keyof Texts, ...values: readonly (string | number)[]): string {
  return texts[key].replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
}

export function statusText(status: RunStatus): string {
  const keys = {
    queued: "statusQueued",
    running: "statusRunning",
    paused: "statusPaused",
    done: "statusDone",
    failed: "statusFailed",
    stopped: "statusStopped",
  } as const;
  return texts[keys[status]];
}

export function axisText(axis: XAxis): string {
  const keys = { step: "axisStep", epoch: "axisEpoch", time: "axisTime", clock: "axisClock" } as const;
  return texts[keys[axis]];
}

export function splitText(split: Split): string {
  return texts[split];
}
