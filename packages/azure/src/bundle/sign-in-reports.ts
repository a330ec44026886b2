import { isRecord, type Listed, type RawRecord, type Report, readTimestamp } from '@keyreach/core/input';
import type { EntraSignInReport } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

/** Texts of a row that tell whose use it is. */
const TEXTS = [
  'appId',
  'appObjectId',
  'credentialOrigin',
  'keyId',
  'keyType',
  'keyUsage',
  'resourceId',
  'servicePrincipalObjectId',
] as const;

/** Objects of a row with the times of sign-ins (azure.md 5). */
const ACTIVITIES = [
  'applicationAuthenticationClientSignInActivity',
  'applicationAuthenticationResourceSignInActivity',
  'delegatedClientSignInActivity',
  'delegatedResourceSignInActivity',
  'lastSignInActivity',
  'signInActivity',
] as const;

const TIMES = ['lastSignInDateTime', 'lastSuccessfulSignInDateTime'] as const;

/**
 * Reads graph/reports/servicePrincipalSignInActivities.json or appCredentialSignInActivities.json (azure.md 5). Only what tells whose use
 * it is and when is kept, times in RFC 3339; a row whose times cannot be read is left out, since it would say "never".
 */
export function readSignInReports(raw: unknown, report: Report): Listed<EntraSignInReport> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const kept: Record<string, unknown> = {};
    for (const name of TEXTS) {
      const text = fields.text(name);
      if (text !== undefined) kept[name] = text;
    }
    for (const name of ACTIVITIES) {
      const { [name]: activity } = element;
      if (activity === undefined || activity === null) continue;
      const times = isRecord(activity) ? timesOf(activity) : undefined;
      if (times === undefined) {
        report(`${where}.${name}`, 'an object with dates');
        return undefined;
      }
      kept[name] = times;
    }
    const { appId, keyId, appObjectId, servicePrincipalObjectId } = {
      appId: fields.text('appId'),
      keyId: fields.text('keyId'),
      appObjectId: fields.text('appObjectId'),
      servicePrincipalObjectId: fields.text('servicePrincipalObjectId'),
    };
    if ((appId ?? keyId ?? appObjectId ?? servicePrincipalObjectId) === undefined) {
      report(where, '`appId` or `keyId`');
      return undefined;
    }
    return { ...told({ appId, keyId, appObjectId, servicePrincipalObjectId }), raw: kept };
  });
}

function timesOf(activity: RawRecord): RawRecord | undefined {
  const kept: Record<string, string> = {};
  for (const name of TIMES) {
    const value = activity[name];
    if (value === undefined || value === null || value === '') continue;
    const time = lenientTime(value);
    if (time === undefined) return undefined;
    if (!time.startsWith('0001-')) kept[name] = time;
  }
  return kept;
}

/** Offsets come with one digit as well: `-8:00`. */
function lenientTime(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.replace(/([+-])(\d:\d\d)$/, '$10$2') : value;
  return readTimestamp(text);
}
