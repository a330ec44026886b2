import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, Listed } from '@keyreach/core/input';
import type { AzureInput } from './azure-input.ts';
import { INPUT_FILES, PIM_FILE } from './input-files.ts';

/** Why a gap for a file that is not there says so; merging drops the gap once another input brings the file. */
export const ABSENT = 'the input has no such file';

/** What gaps about a whole input are filed under. */
export const AZURE_SCOPE = 'azure';

/** An input without anything in it. */
export const EMPTY_INPUT: AzureInput = {
  activityLogs: [],
  signInLogs: [],
  graphActivityLogs: [],
  recordedUse: [],
  gaps: [],
};

/** Lists that join: all but the logs, which are files. */
const LIST_KEYS = [...INPUT_FILES.map(({ key }) => key), 'roleEligibilities', 'roleSchedules'] as const;

/**
 * Joins inputs that were given side by side, of one tenant: lists add up, and the gaps for absent files are those that remain.
 *
 */
export function mergeAzureInputs(inputs: readonly AzureInput[]): AzureInput {
  const gaps: Gap[] = inputs.flatMap((input) => input.gaps.filter(({ why }) => why !== ABSENT));
  const merged: Record<string, unknown> = {};
  for (const key of LIST_KEYS) {
    const lists = inputs.map((input): Listed<unknown> | undefined => input[key]).filter((list) => list !== undefined);
    if (lists.length === 0) continue;
    merged[key] = {
      items: lists.length === 1 ? lists[0]!.items : lists.flatMap(({ items }) => items),
      complete: lists.every(({ complete }) => complete),
    };
  }
  // The whole was collected when its oldest part was: nothing later is covered by all of it.
  const collected = inputs.flatMap((input) => input.collectedAt ?? []).sort()[0];
  const logs = (key: 'activityLogs' | 'signInLogs' | 'graphActivityLogs'): readonly BundleFile[] => [
    ...new Map(inputs.flatMap((input) => input[key]).map((file) => [file.path, file])).values(),
  ];
  return {
    ...(merged as Partial<AzureInput>),
    activityLogs: logs('activityLogs'),
    signInLogs: logs('signInLogs'),
    graphActivityLogs: logs('graphActivityLogs'),
    recordedUse: inputs.flatMap((input) => input.recordedUse),
    ...(collected === undefined ? {} : { collectedAt: collected }),
    gaps: [...gaps, ...absentFiles(merged, gaps)],
  };
}

/** A gap for every file that is not there; none where a gap already says why, or where nothing at all was given. */
function absentFiles(merged: Readonly<Record<string, unknown>>, gaps: readonly Gap[]): readonly Gap[] {
  if (Object.keys(merged).length === 0 && gaps.length === 0) return [];
  const said = new Set(gaps.flatMap(({ what, file }) => (file === undefined ? [] : [what])));
  const hasPim = 'roleEligibilities' in merged || 'roleSchedules' in merged;
  return [...INPUT_FILES, PIM_FILE]
    .filter(({ key, what, optional }) => {
      const isThere = key === 'pim' ? hasPim : key in merged;
      return optional !== true && !isThere && !said.has(what);
    })
    .map(({ what, path, fix }) => ({
      scope: AZURE_SCOPE,
      what,
      why: ABSENT,
      fix,
      file: path,
      kind: 'missing-file',
    }));
}
