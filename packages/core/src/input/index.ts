/** `@keyreach/core/input`: reading the files of bundles, whichever provider they are of. Reads files, writes none. */
export { type BundleFile, BundleFiles, HEAD_BYTES, readInputFile } from './bundle-files.ts';
export { EventIdSet, eventIdMemory } from './event-id-set.ts';
export { FileProblems } from './file-problems.ts';
export { type DecodedInput, decodeInput, isGzip, MAX_FILE_BYTES } from './input-text.ts';
export { type JsonOptions, type JsonProblem, MAX_JSON_DEPTH, type ParsedJson, parseJson } from './json-input.ts';
export { type BundleManifest, MANIFEST_FILE, readManifest } from './manifest.ts';
export { readEither } from './read-either.ts';
export {
  RECORD_FILE_LIMITS,
  type RecordFileLimits,
  type RecordFileOutcome,
  type RecordFileReader,
  readRecordFile,
} from './record-file.ts';
export { type Piece, type PieceLimits, type PieceSink, RecordSplitter } from './record-splitter.ts';
export {
  type ElementReader,
  EMPTY_LIST,
  isRecord,
  isTruncated,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readListFile,
  readNestedList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from './shape.ts';
export { readTimestamp } from './timestamp.ts';
