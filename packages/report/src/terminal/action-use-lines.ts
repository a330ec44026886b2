import { type ActionUse, type CredentialUse, type PermissionUse, unusedWeights } from '@keyreach/core/analysis';
import { type AccessClass, accessClasses } from '@keyreach/core/reach';
import { sharePercent } from '../words/share-percent.ts';
import type { TerminalPage } from './terminal-page.ts';

/** Names shown of a list of actions. */
const MOST_NAMES = 8;

/** Reasons shown why actions are unknown. */
const MOST_REASONS = 4;

/**
 * Granted actions by use: counts, and where they are listed the unused ones, what weighs most first, and what would tell
 * of the unknown ones.
 */
export function addActionUse(page: TerminalPage, { counts, ratio, weighted, list, open }: ActionUse): void {
  const { granted, used, unused, unknown } = counts;
  if (open !== undefined) page.paragraph('  ', `more may be granted: ${open}`);
  if (granted === 0) return;
  const weight = weighted === undefined ? '' : `, weighted ${sharePercent(weighted.ratio)}`;
  page.paragraph(
    '  ',
    `${granted} ${granted === 1 ? 'action' : 'actions'} granted, ${used} used, ${unused} unused, ${unknown} unknown; share unused ${sharePercent(ratio)}${weight}`,
  );
  if (list === undefined) return;
  addUnused(page, list);
  addUnknown(page, list);
}

/** What is used, unused and unknown with one credential, in a line below it; nothing where the actions are not known. */
export function addCredentialActions(page: TerminalPage, { actions }: CredentialUse): void {
  if (actions === undefined || actions.counts.granted === 0) return;
  const { used, unused, unknown } = actions.counts;
  const names = actions.list?.filter(({ state }) => state === 'used').map(({ permission }) => permission) ?? [];
  const which = names.length === 0 ? '' : ` (${shown(names)})`;
  page.paragraph(
    '    ',
    `with it: ${used} ${used === 1 ? 'action' : 'actions'} used${which}, ${unused} unused, ${unknown} unknown`,
  );
}

/** By access class, the heaviest first; of equal weight the one that gives more. */
const classes: readonly AccessClass[] = accessClasses
  .toReversed()
  .toSorted((left, right) => unusedWeights[right] - unusedWeights[left]);

function addUnused(page: TerminalPage, list: readonly PermissionUse[]): void {
  for (const accessClass of [...classes, undefined]) {
    const names = list
      .filter((one) => one.state === 'unused' && one.class === accessClass)
      .map(({ permission }) => permission);
    if (names.length === 0) continue;
    page.paragraph(`    unused${accessClass === undefined ? '' : `, ${accessClass}`}: `, shown(names));
  }
}

function addUnknown(page: TerminalPage, list: readonly PermissionUse[]): void {
  const reasons = new Map<string, string[]>();
  for (const { state, permission, why = 'no source tells' } of list) {
    if (state !== 'unknown') continue;
    const names = reasons.get(why);
    if (names === undefined) reasons.set(why, [permission]);
    else names.push(permission);
  }
  const sorted = [...reasons].sort(([left, few], [right, many]) => many.length - few.length || (left < right ? -1 : 1));
  for (const [why, names] of sorted.slice(0, MOST_REASONS)) {
    page.paragraph('    unknown: ', `${shown(names)}: ${why}`);
  }
  const more = sorted.length - MOST_REASONS;
  if (more > 0) page.line(`    and for ${more} more ${more === 1 ? 'reason' : 'reasons'}; --json lists all`);
}

function shown(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
