import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "@tensorflow/tfjs-core";

const scheme = "file://";

/**
 * Lets models be saved to and loaded from `file://` addresses, as tfjs-node does it, so that scripts written for it run
 * where it is not installed.
 *
 * @param own the functions of the copy of TensorFlow.js that the script uses: each has a registry of its own. Source: tensorflow/tfjs, tfjs-node/src/io/file_system.ts (the layout of the files).
 */
export function registerFileModels(own: Pick<typeof io, "registerSaveRouter" | "registerLoadRouter">): void {
  const handler = (url: string | string[]) =>
    typeof url === "string" && url.startsWith(scheme) ? fileHandler(toPath(url)) : (null as never);
  own.registerSaveRouter(handler);
  own.registerLoadRouter(handler);
}

/** Scripts also write relative paths behind the scheme, which are no addresses. */
function toPath(url: string): string {
  const rest = url.slice(scheme.length);
  return rest.startsWith("/") ? fileURLToPath(url) : path.resolve(rest);
}

function fileHandler(file: string): io.IOHandler {
  return {
    async save({ weightData, weightSpecs, ...rest }) {
      fs.mkdirSync(file, { recursive: true });
      const weights = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
      const manifest = [{ paths: ["./weights.bin"], weights: weightSpecs ?? [] }];
      const { modelTopology, format, generatedBy, convertedBy, trainingConfig, userDefinedMetadata } = rest;
      const model = { modelTopology, format, generatedBy, convertedBy, trainingConfig, userDefinedMetadata };
      fs.writeFileSync(path.join(file, "weights.bin"), weights);
      fs.writeFileSync(path.join(file, "model.json"), JSON.stringify({ ...model, weightsManifest: manifest }));
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON({ weightData, weightSpecs, ...rest } as never) };
    },
    async load() {
      const text = fs.readFileSync(file, "utf8");
      const { weightsManifest, ...model } = JSON.parse(text) as { weightsManifest: io.WeightsManifestConfig };
      const parts = weightsManifest.flatMap(({ paths }) =>
        paths.map((each) => fs.readFileSync(path.join(path.dirname(file), each))),
      );
      const weightData = new Uint8Array(Buffer.concat(parts)).buffer;
      return { ...model, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData };
    },
  };
}
