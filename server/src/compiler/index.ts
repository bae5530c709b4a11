export { diskFileSystem } from "./disk";
export { type DirectoryEntry, type FileSystem, normalizePath, parentDirectory } from "./fileSystem";
export { instrument, type Place, RECORDER } from "./instrument";
export { lowerModule, mentionsTensors } from "./lower";
export { MemoryFileSystem } from "./memory";
export { LineIndex, type Position } from "./position";
export { slice } from "./slice";
export { isSourceFile } from "./sourceFiles";
export { Workspace } from "./workspace";
