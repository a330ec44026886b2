import type { SubjectRow } from '@keyreach/core/analysis';
import type { Certainty, LastUsed, Timestamp } from '@keyreach/core/graph';
import { countText, isNone } from './bound-text.ts';

/** The day of a point in time: `2026-01-31`. */
export function dayText(at: Timestamp): string {
  return at.slice(0, 10);
}

/** An age in days, or that it is unknown. */
export function ageText(days: number | null): string {
  return days === null ? 'unknown' : days === 1 ? '1 day' : `${days} days`;
}

/** When something was last used: a day, `never`, or that nobody knows. */
export function lastUsedText(lastUsed: LastUsed): string {
  switch (lastUsed.state) {
    case 'used':
      return lastUsed.service === undefined ? dayText(lastUsed.at) : `${dayText(lastUsed.at)} (${lastUsed.service})`;
    case 'never':
      return 'never';
    case 'unknown':
      return 'unknown';
  }
}

/** How sure something is, for people. */
export function certaintyText(certainty: Certainty): string {
  switch (certainty) {
    case 'allow':
      return 'proven';
    case 'conditional':
      return 'conditional';
    case 'unknown':
      return 'not excluded';
  }
}

/** A proven action, with what it could be where that is not the same. */
export function actionText({ lo, hi }: { readonly lo: string; readonly hi: string }): string {
  return lo === hi ? lo : `${lo}, could be ${hi}`;
}

/** A score between its bounds. */
export function scoreText({ lo, hi }: { readonly lo: number; readonly hi: number }): string {
  return lo === hi ? `${lo}` : `${lo}–${hi}`;
}

/** Full control of scopes, proven first: `shop-prod, shop-dev?` with a mark for what is only possible. */
export function adminText(admin: SubjectRow['admin']): string {
  if (admin.length === 0) return '-';
  return admin.map(({ name, certainty }) => (certainty === 'allow' ? name : `${name}?`)).join(', ');
}

/** Why a row of the ranking stands where it stands, in words. */
export function whyText(row: SubjectRow): string {
  const parts: string[] = [];
  const proven = row.admin.filter(({ certainty }) => certainty === 'allow');
  if (proven.some(({ level }) => level === 'direct')) parts.push('holds full control itself');
  else if (proven.length > 0) parts.push(`full control ${throughText(Math.min(...proven.map((one) => one.distance)))}`);
  else if (row.admin.length > 0) parts.push('full control is not excluded');
  // Where nothing is known to be sensitive and the input does not list all, the line on unlisted resources says it.
  if (!isNone(row.sensitive) && (row.sensitive.lo !== 0 || row.sensitive.hi !== null)) {
    parts.push(countText(row.sensitive, 'sensitive resource'));
  }
  for (const { from, to, certainty } of row.crossings) {
    parts.push(`crosses ${from} → ${to}${certainty === 'allow' ? '' : ' (not proven)'}`);
  }
  if (row.unbounded.length > 0) parts.push('access to resources the input does not list');
  parts.push(...exposureParts(row));
  return parts.length === 0 ? 'reaches nothing beyond its own identity' : parts.join('; ');
}

/** How far away something is: how many other identities are held on the way. */
export function throughText(distance: number): string {
  if (distance === 0) return 'by the identity itself';
  return `through ${distance} other ${distance === 1 ? 'identity' : 'identities'}`;
}

function exposureParts({ action, status }: SubjectRow): readonly string[] {
  const parts: string[] = [];
  if (status === 'disabled') parts.push('disabled: proves nothing until someone enables it');
  if (status === 'expired') parts.push('expired');
  if (action.exposure.lo === 'open') parts.push('open to anyone');
  else if (action.exposure.lo === 'obtainable') parts.push('others can obtain it');
  else if (action.exposure.hi === 'open') parts.push('may be open to anyone');
  else if (action.exposure.hi === 'obtainable') parts.push('others may be able to obtain it');
  if (action.persistence === 'none') parts.push('never expires');
  if (action.governance === 'weak') parts.push('no owner named');
  return parts;
}
