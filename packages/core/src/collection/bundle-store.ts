/** Files of the bundle that is collected into; paths are below its root, with forward slashes. */
export interface BundleStore {
  /** Names in a directory, sorted; none where it is not there. */
  names(directory: string): Promise<readonly string[]>;
  /** Parsed JSON; undefined where the file is missing or damaged. */
  readJson(path: string): Promise<unknown>;
  /** Writes JSON, whole or not at all. */
  writeJson(path: string, value: unknown): Promise<void>;
  /** Writes bytes, whole or not at all. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>;
}
