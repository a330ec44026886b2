import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, Listed } from '@keyreach/core/input';
import type { AzureInput } from './azure-input.ts';
import { CoveredSubscriptions } from './covered-subscriptions.ts';
import { INPUT_FILES, type InputFile } from './input-files.ts';

/** Why a gap for a file that is not there says so; merging drops the gap once another input brings the file. */
export const ABSENT = 'the input has no such file';

/** Why a list of some inputs does not speak for all that were given. */
export const ABSENT_OF_SOME = 'an input about other subscriptions has no such file';

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

/**
 * Joins inputs of one tenant that were given side by side: lists add up, and the gaps for absent files are those that remain. Where an
 * input about other subscriptions lacks a list that another has, the list proves what is in it only. Inputs of several tenants are
 * several graphs: `azureTenantInputs` tells them apart.
 */
export function mergeAzureInputs(inputs: readonly AzureInput[]): AzureInput {
  const gaps = inputs.flatMap((input) => input.gaps.filter(({ why }) => why !== ABSENT));
  const merged: { -readonly [Key in keyof AzureInput]: AzureInput[Key] } = {
    activityLogs: distinctFiles(inputs.flatMap((input) => input.activityLogs)),
    signInLogs: distinctFiles(inputs.flatMap((input) => input.signInLogs)),
    graphActivityLogs: distinctFiles(inputs.flatMap((input) => input.graphActivityLogs)),
    recordedUse: inputs.flatMap((input) => input.recordedUse),
    gaps: [],
  };
  const covered = new CoveredSubscriptions(inputs);
  const some: Gap[] = [];
  for (const file of INPUT_FILES) {
    const lists = inputs
      .map((input): Listed<unknown> | undefined => input[file.key])
      .filter((list) => list !== undefined);
    if (lists.length === 0) continue;
    const joined = joinedLists(lists, file);
    const isAll = file.of === 'tenant' || covered.hold((input) => input[file.key] !== undefined);
    if (!isAll) some.push(absentFile(file, ABSENT_OF_SOME));
    Object.assign(merged, { [file.key]: isAll ? joined : { ...joined, complete: false } });
  }
  // The whole was collected when its oldest part was: nothing later is covered by all of it.
  const collected = inputs.flatMap((input) => input.collectedAt ?? []).sort()[0];
  if (collected !== undefined) merged.collectedAt = collected;
  merged.gaps = [...gaps, ...absentFiles(merged, gaps), ...some];
  return merged;
}

/** Lists about the tenant are all there once one of them is; those about subscriptions only together. */
function joinedLists(lists: readonly Listed<unknown>[], { of }: InputFile): Listed<unknown> {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  const isWhole = ({ complete }: Listed<unknown>): boolean => complete;
  return {
    items: lists.flatMap(({ items }) => items),
    complete: of === 'tenant' ? lists.some(isWhole) : lists.every(isWhole),
  };
}

/** A gap for every file that is not there; none where a gap already says why. */
function absentFiles(input: AzureInput, gaps: readonly Gap[]): readonly Gap[] {
  if (isEmpty(input) && gaps.length === 0) return [];
  const said = new Set(gaps.flatMap(({ what, file }) => (file === undefined ? [] : [what])));
  return INPUT_FILES.filter(
    ({ key, what, optional }) => optional !== true && input[key] === undefined && !said.has(what),
  ).map((file) => absentFile(file, ABSENT));
}

function absentFile({ what, path, fix }: InputFile, why: string): Gap {
  return { scope: AZURE_SCOPE, what, why, fix, file: path, kind: 'missing-file' };
}

function isEmpty({ activityLogs, signInLogs, graphActivityLogs, recordedUse, gaps: _, ...files }: AzureInput): boolean {
  const others = activityLogs.length + signInLogs.length + graphActivityLogs.length + recordedUse.length;
  return Object.keys(files).length + others === 0;
}

function distinctFiles(files: readonly BundleFile[]): readonly BundleFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
