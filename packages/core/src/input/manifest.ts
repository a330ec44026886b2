import type { Gap } from '../graph/model.ts';
import type { BundleFiles } from './bundle-files.ts';
import { FileProblems } from './file-problems.ts';
import { MAX_JSON_DEPTH, parseJson } from './json-input.ts';
import { isRecord } from './shape.ts';
import { readTimestamp } from './timestamp.ts';

/** keyreach-bundle.json. All of it is optional, the file too. */
export interface BundleManifest {
  readonly provider?: string;
  readonly collectedAt?: string;
  readonly gaps: readonly Gap[];
}

/** Name of the file that says what a bundle is. */
export const MANIFEST_FILE = 'keyreach-bundle.json';

/** Reads the manifest of the bundle below `prefix`; what is wrong with it is a gap. */
export async function readManifest(files: BundleFiles, prefix: string): Promise<BundleManifest> {
  const shown = `${prefix}${MANIFEST_FILE}`;
  const decoded = await files.read(shown);
  if (decoded === undefined) return { gaps: [] };
  const problems = new FileProblems('bundle manifest', shown);
  const parsed = decoded.ok ? parseJson(decoded.text, { file: shown, maxDepth: MAX_JSON_DEPTH }) : undefined;
  if (!decoded.ok) problems.line(decoded.problem);
  else if (parsed?.ok === false) problems.line(parsed.error.message);
  if (parsed?.ok !== true) return { gaps: problems.gaps(shown) };
  const raw = parsed.value;
  if (!isRecord(raw)) {
    problems.report('', 'an object');
    return { gaps: problems.gaps(shown) };
  }
  if (raw['format'] !== 'keyreach-bundle/1')
    problems.report('format', '`keyreach-bundle/1`; the files are read as such');
  const collectedAt = readTimestamp(raw['collectedAt']);
  if (collectedAt === undefined && raw['collectedAt'] !== undefined) problems.report('collectedAt', 'a date');
  const collected: Gap[] = [];
  const gaps = raw['gaps'] ?? [];
  if (!Array.isArray(gaps)) problems.report('gaps', 'an array');
  for (const [index, gap] of Array.isArray(gaps) ? gaps.entries() : []) {
    const read = readGap(gap);
    if (read === undefined) problems.report(`gaps[${index}]`, 'an object with `scope`, `what` and `why`');
    else collected.push(read);
  }
  return {
    ...(typeof raw['provider'] === 'string' ? { provider: raw['provider'] } : {}),
    ...(collectedAt === undefined ? {} : { collectedAt }),
    gaps: [...collected, ...problems.gaps(shown)],
  };
}

function readGap(raw: unknown): Gap | undefined {
  if (!isRecord(raw)) return undefined;
  const { scope, what, why, fix, file, kind } = raw;
  if (typeof scope !== 'string' || typeof what !== 'string' || typeof why !== 'string') return undefined;
  return {
    scope,
    what,
    why,
    ...(typeof fix === 'string' ? { fix } : {}),
    ...(typeof file === 'string' ? { file } : {}),
    // The collector writes what it could not or did not ask for; a gap it sorted itself keeps its kind.
    kind: kind === 'missing-file' || kind === 'bad-input' ? kind : 'not-collected',
  };
}
