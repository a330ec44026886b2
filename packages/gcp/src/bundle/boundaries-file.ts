import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { readCondition } from './condition-field.ts';
import type { GcpBoundaries, GcpBoundaryPolicy, GcpPolicyBinding } from './gcp-input.ts';

/** Reads pab.json: principal access boundary policies and what they are bound to (gcp.md 4.2). */
export function readBoundaries(raw: unknown, report: Report): GcpBoundaries | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `principalAccessBoundaryPolicies` and `policyBindings`');
    return undefined;
  }
  const list = <T>(key: string, read: (raw: RawRecord, where: string, report: Report) => T | undefined): Listed<T> => {
    if (raw[key] !== undefined) return readList(raw[key], key, report, read);
    report(key, 'an array; where there are none an empty one');
    return UNKNOWN_LIST;
  };
  return {
    policies: list('principalAccessBoundaryPolicies', readPolicy),
    bindings: list('policyBindings', readBinding),
  };
}

function readPolicy(raw: RawRecord, where: string, report: Report): GcpBoundaryPolicy | undefined {
  const name = requiredString(raw, 'name', where, report);
  if (name === undefined) return undefined;
  const displayName = optionalString(raw, 'displayName', where, report);
  const details = isRecord(raw['details']) ? raw['details'] : {};
  if (!isRecord(raw['details'])) report(`${where}.details`, 'an object');
  const version = details['enforcementVersion'];
  const enforcementVersion =
    typeof version === 'number'
      ? String(version)
      : optionalString(details, 'enforcementVersion', `${where}.details`, report);
  // Nobody knows what a boundary of an unreadable version stops.
  const versioned = enforcementVersion !== undefined || version === undefined || version === null || version === '';
  const { rules } = details;
  if (rules === undefined) report(`${where}.details.rules`, 'an array');
  return {
    name,
    ...(displayName === undefined ? {} : { displayName }),
    rules:
      rules === undefined || !versioned ? UNKNOWN_LIST : readList(rules, `${where}.details.rules`, report, readRule),
    ...(enforcementVersion === undefined ? {} : { enforcementVersion }),
  };
}

function readRule(
  raw: RawRecord,
  where: string,
  report: Report,
): GcpBoundaryPolicy['rules']['items'][number] | undefined {
  const resources = readNestedStrings(raw, 'resources', where, report);
  const effect = raw['effect'] === undefined ? 'ALLOW' : requiredString(raw, 'effect', where, report);
  const description = optionalString(raw, 'description', where, report);
  if (!resources.complete || effect === undefined) return undefined;
  return { ...(description === undefined ? {} : { description }), resources: resources.items, effect };
}

function readBinding(raw: RawRecord, where: string, report: Report): GcpPolicyBinding | undefined {
  const name = requiredString(raw, 'name', where, report);
  const policy = requiredString(raw, 'policy', where, report);
  const target = isRecord(raw['target']) ? raw['target'] : {};
  const principalSet = requiredString(target, 'principalSet', `${where}.target`, report);
  const condition = readCondition(raw, 'condition', where, report);
  if (name === undefined || policy === undefined || principalSet === undefined || !condition.ok) return undefined;
  return {
    name,
    principalSet,
    policyKind: optionalString(raw, 'policyKind', where, report) ?? '',
    policy,
    ...(condition.condition === undefined ? {} : { condition: condition.condition }),
  };
}
