import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { readCondition } from './condition-field.ts';
import type { GcpDenyPolicy, GcpDenyRule } from './gcp-input.ts';
import { readPages } from './pages.ts';

/** Reads deny-policies.json: each policy as `get` gives it, since `list` leaves its rules out (gcp.md 4.1, 4.2). */
export function readDenyPolicies(raw: unknown, report: Report): Listed<GcpDenyPolicy> | undefined {
  const listed = readPages(raw, 'policies', report, readPolicy);
  if (listed === undefined) return undefined;
  return { ...listed, items: listed.items.flatMap(({ policy, deleted }) => (deleted ? [] : [policy])) };
}

function readPolicy(
  raw: RawRecord,
  where: string,
  report: Report,
): { readonly policy: GcpDenyPolicy; readonly deleted: boolean } | undefined {
  const name = requiredString(raw, 'name', where, report);
  if (name === undefined) return undefined;
  const displayName = optionalString(raw, 'displayName', where, report);
  const { rules } = raw;
  if (rules === undefined) report(`${where}.rules`, 'the rules of the policy, from `get`');
  const read = rules === undefined ? UNKNOWN_LIST : readList(rules, `${where}.rules`, report, readRule);
  const policy = { name, ...(displayName === undefined ? {} : { displayName }), rules: read };
  return { policy, deleted: optionalTimestamp(raw, 'deleteTime', where, report) !== undefined };
}

function readRule(raw: RawRecord, where: string, report: Report): GcpDenyRule | undefined {
  const rule = raw['denyRule'];
  if (!isRecord(rule)) {
    report(`${where}.denyRule`, 'an object');
    return undefined;
  }
  const place = `${where}.denyRule`;
  const lists = [
    readNestedStrings(rule, 'deniedPrincipals', place, report),
    readNestedStrings(rule, 'exceptionPrincipals', place, report),
    readNestedStrings(rule, 'deniedPermissions', place, report),
    readNestedStrings(rule, 'exceptionPermissions', place, report),
  ] as const;
  const condition = readCondition(rule, 'denialCondition', place, report);
  if (!condition.ok || lists.some(({ complete }) => !complete)) return undefined;
  const description = optionalString(raw, 'description', where, report);
  const [deniedPrincipals, exceptionPrincipals, deniedPermissions, exceptionPermissions] = lists;
  return {
    ...(description === undefined ? {} : { description }),
    deniedPrincipals: deniedPrincipals.items,
    exceptionPrincipals: exceptionPrincipals.items,
    deniedPermissions: deniedPermissions.items,
    exceptionPermissions: exceptionPermissions.items,
    ...(condition.condition === undefined ? {} : { condition: condition.condition }),
  };
}
