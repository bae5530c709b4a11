import type { Texts } from "./translate";

/** What the command line says, in Simplified Chinese. */
export const commandLineTexts: Texts = {
  "{0} can't be read. `shapewright check --write-baseline {1}` makes it.":
    "无法读取 {0}。可用 `shapewright check --write-baseline {1}` 创建。",
  "{0} is no baseline. `shapewright check --write-baseline {1}` makes one.":
    "{0} 不是基线文件。可用 `shapewright check --write-baseline {1}` 创建。",
  "{0} was written by another version of Shapewright. Write it again with --write-baseline.":
    "{0} 由其他版本的 Shapewright 写入。请用 --write-baseline 重新写入。",
  "--baseline reads the file that --write-baseline writes: give one of them.":
    "--baseline 读取由 --write-baseline 写入的文件：请只使用其中之一。",
  "{0} has {1} now.": "{0} 现在包含 {1}。",
  "1 finding in {0} is not shown.": "{0} 中的 1 个问题未显示。",
  "{0} findings in {1} are not shown.": "{1} 中的 {0} 个问题未显示。",
  "{0} has entries that are no longer found. Write it again with --write-baseline:":
    "{0} 中有些条目已不再出现。请用 --write-baseline 重新写入：",
  "1 finding": "1 个问题",
  "{0} findings": "{0} 个问题",
  "{0} could not be analysed. This is a bug in Shapewright; please report it.":
    "无法分析 {0}。这是 Shapewright 的缺陷，请报告。",
  "note:": "说明：",
  "fix:": "修复：",
  "1 error": "1 个错误",
  "{0} errors": "{0} 个错误",
  "1 warning": "1 个警告",
  "{0} warnings": "{0} 个警告",
  "1 remark": "1 条提示",
  "{0} remarks": "{0} 条提示",
  "No problems": "没有问题",
  ", ": "，",
  "{0} in 1 file.": "{0}（1 个文件）。",
  "{0} in {1} files.": "{0}（{1} 个文件）。",
  "No tensors were found.": "没有发现张量。",
  "{0} of {1} tensor expressions have a known shape.": "{1} 个张量表达式中，{0} 的形状已知。",
  "A multiply-add is two floating-point operations: {0} for one forward pass.":
    "一次乘加为两次浮点运算：一次前向传播共 {0}。",
  "  in {0}": "  位于 {0}",
  ", strides [{0}]": "，步长 [{0}]",
  ", not contiguous": "，内存不连续",
  "shape unknown": "形状未知",
  "{0} does not exist.": "{0} 不存在。",
  "{0} is no TypeScript or JavaScript file (.ts .tsx .mts .cts .js .jsx .mjs .cjs).":
    "{0} 不是 TypeScript 或 JavaScript 文件（.ts .tsx .mts .cts .js .jsx .mjs .cjs）。",
  "{0} can't be read: check its permissions.": "无法读取 {0}：请检查其权限。",
  "Traces tensor shapes through TypeScript and JavaScript model code, and trains the models.":
    "在 TypeScript 和 JavaScript 模型代码中追踪张量形状，并训练模型。",
  "print the version": "显示版本",
  "print what a command does": "显示命令的说明",
  "the language to speak, such as en or zh-CN; otherwise that of the terminal":
    "使用的语言，例如 en 或 zh-CN；默认使用终端的语言",
  "(shapewright --help tells more)": "（更多信息请看 shapewright --help）",
  "run the language server, for any editor": "运行语言服务器，供任意编辑器使用",
  "speak the protocol over standard input and output": "通过标准输入和输出通信",
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Global options:": "全局选项：",
  "Commands:": "命令：",
  "trace every file under the paths and print what would fail": "追踪路径下的所有文件，并显示会出错之处",
  "files and folders; the working directory when none is given": "文件和文件夹；未给出时为当前目录",
  "how to print": "输出格式",
  "fail when there are more warnings than this": "警告多于此数时以失败结束",
  "leave out what this file has: findings that are put up with": "不显示此文件中已有的问题",
  "write everything that is found into this file, instead of printing it": "将发现的所有问题写入此文件，而不显示",
  "print the shape of every tensor expression": "显示每个张量表达式的形状",
  "files and folders": "文件和文件夹",
  "print a table of a model's layers: output shapes, parameters, multiply-adds, memory":
    "以表格显示模型的各层：输出形状、参数量、乘加次数、内存",
  "the file that declares the model": "声明模型的文件",
  "one of the file's models; all of them when none is named": "文件中的某个模型；未指定时为全部",
  'the shape of an input, such as "[N, 3, 32, 32]"; repeated for further inputs':
    '输入的形状，例如 "[N, 3, 32, 32]"；有多个输入时可重复给出',
  "the size of an open batch": "未定的批大小的取值",
  "train an experiment, or run a script that trains with TensorFlow.js, writing a run folder as the editor does":
    "训练实验，或运行用 TensorFlow.js 训练的脚本，并像编辑器一样写入运行文件夹",
  "the file that exports the experiment, or the script": "导出实验的文件，或脚本",
  "what the script finds in process.argv, after --": "脚本在 process.argv 中得到的参数，写在 -- 之后",
  "instead of the experiment's own number": "替代实验自身的数值",
  "another value for a hyperparameter; can be repeated": "超参数的另一个取值；可重复给出",
  "auto, cuda, webgpu, native, wasm or cpu": "auto、cuda、webgpu、native、wasm 或 cpu",
  "where run folders are kept (default: .shapewright/runs)": "运行文件夹的位置（默认：.shapewright/runs）",
  "run one batch, without a run folder, and compare its shapes with those that are traced":
    "只运行一个批次，不写运行文件夹，并将其形状与追踪到的形状比较",
  "go on with a run that was stopped or has failed: its id or its folder": "继续一个已停止或失败的运行：其编号或文件夹",
  "It must be a whole number, 0 or more.": "必须是不小于 0 的整数。",
  "{0} is no TypeScript or JavaScript file.": "{0} 不是 TypeScript 或 JavaScript 文件。",
  "{0} declares no model at its top level: no class that extends nn.Module, no variable with a model, no function that makes one.":
    "{0} 的顶层没有声明模型：没有继承 nn.Module 的类，没有存放模型的变量，也没有创建模型的函数。",
  "{0} has no model {1}; there is {2}.": "{0} 中没有模型 {1}；可用的有 {2}。",
};
