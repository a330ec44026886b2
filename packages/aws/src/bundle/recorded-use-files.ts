import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, BundleFiles, Report } from '@keyreach/core/input';
import { FileProblems, MAX_JSON_DEPTH, parseJson, readEither } from '@keyreach/core/input';
import { isLogName } from '../usage/log-name.ts';
import type { TrailUsage } from '../usage/trail-usage.ts';
import { accountScopeId } from './arn.ts';
import type { AwsAccountInput, AwsInput } from './aws-input.ts';
import { readLookupWindow } from './lookup-window.ts';
import { readTrailSettings } from './trail-settings.ts';
import { readTrailUsage } from './trail-usage-file.ts';

const LOOKUP_WINDOW = 'lookup-events.json';
const TRAIL_FILES_WINDOW = 'trail-files.json';

/** Logs below a directory of a bundle, without what says which time they show. */
export async function logsBelow(files: BundleFiles, directory: string): Promise<readonly BundleFile[]> {
  const windows = new Set([LOOKUP_WINDOW, TRAIL_FILES_WINDOW].map((name) => `${directory}/${name}`));
  const logs = await files.below(directory);
  return logs.filter(({ shown }) => isLogName(shown) && !windows.has(shown.replace(/\.gz$/, '')));
}

/** What files beside the logs of an account tell of its trails; takes the partition of the account, for gaps. */
export async function readTrailFacts(
  files: BundleFiles,
  directory: string,
  accountId: string,
): Promise<
  (
    partition: string,
  ) => Pick<AwsAccountInput, 'trails' | 'lookupEvents' | 'trailFiles'> & { readonly gaps: readonly Gap[] }
> {
  const trails = await readShaped(files, `${directory}trails.json`, 'CloudTrail trails', readTrailSettings);
  const window = await readShaped(files, `${directory}cloudtrail/${LOOKUP_WINDOW}`, 'CloudTrail', readLookupWindow);
  const fetched = await readShaped(
    files,
    `${directory}cloudtrail/${TRAIL_FILES_WINDOW}`,
    'CloudTrail',
    readLookupWindow,
  );
  return (partition) => {
    const scope = accountScopeId(accountId, partition);
    return {
      ...(trails.value === undefined ? {} : { trails: trails.value }),
      ...(window.value === undefined ? {} : { lookupEvents: window.value }),
      ...(fetched.value === undefined ? {} : { trailFiles: fetched.value }),
      gaps: [...trails.gaps(scope), ...window.gaps(scope), ...fetched.gaps(scope)],
    };
  };
}

/** Logs of no single account, and what a collector had added up. */
export async function readRecordedUse(
  files: BundleFiles,
  prefix: string,
): Promise<Pick<AwsInput, 'cloudTrail' | 'trailUsage' | 'gaps'>> {
  const trailUsage: TrailUsage[] = [];
  const gaps: Gap[] = [];
  const names = (await files.names(`${prefix}usage`, 'file')).filter((name) => /\.json(\.gz)?$/.test(name));
  for (const name of new Set(names.map((packed) => packed.replace(/\.gz$/, '')))) {
    const read = await readShaped(files, `${prefix}usage/${name}`, 'recorded use', readTrailUsage);
    if (read.value !== undefined) trailUsage.push(read.value);
    gaps.push(...read.gaps(`${prefix}usage/${name}`));
  }
  return { cloudTrail: await logsBelow(files, `${prefix}cloudtrail`), trailUsage, gaps };
}

/** A JSON file and what a reader makes of it; nothing where it is not there. */
async function readShaped<T>(
  files: BundleFiles,
  path: string,
  what: string,
  read: (raw: unknown, report: Report) => T | undefined,
): Promise<{ readonly value?: T; readonly gaps: (scope: string) => readonly Gap[] }> {
  const found = await readEither(files, path);
  if (found === undefined) return { gaps: () => [] };
  const problems = new FileProblems(what, found.shown);
  const gaps = (scope: string): readonly Gap[] => problems.gaps(scope);
  if (!found.decoded.ok) {
    problems.line(found.decoded.problem);
    return { gaps };
  }
  const parsed = parseJson(found.decoded.text, { file: found.shown, maxDepth: MAX_JSON_DEPTH });
  if (!parsed.ok) {
    problems.line(parsed.error.message);
    return { gaps };
  }
  const value = read(parsed.value, problems.report);
  return value === undefined ? { gaps } : { value, gaps };
}
