import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { PartFile, PartValue } from './part.ts';

/** Files whose parts name groups. */
export const NAMING_GROUPS: ReadonlySet<PartFile> = new Set(['assets.ndjson', 'deny-policies.json']);

/** Groups that the allow and deny policies of a part name: `group:EMAIL`. */
export function namedGroups(value: PartValue | undefined): readonly string[] {
  const allowed = value?.['assets.ndjson']?.['groups'] ?? [];
  return [
    ...allowed.filter((group): group is string => typeof group === 'string'),
    ...groupsDenied(value?.['deny-policies.json']?.[''] ?? []),
  ];
}

const GROUP_PRINCIPAL = 'principalSet://goog/group/';

function groupsDenied(policies: readonly unknown[]): readonly string[] {
  const lists = policies
    .filter(isRecord)
    .flatMap(({ rules }) => (Array.isArray(rules) ? (rules as readonly unknown[]) : []));
  return lists.flatMap((rule) => {
    const deny = isRecord(rule) && isRecord(rule['denyRule']) ? rule['denyRule'] : {};
    return ['deniedPrincipals', 'exceptionPrincipals'].flatMap((field) => groupsIn(deny, field));
  });
}

function groupsIn(deny: RawRecord, field: string): readonly string[] {
  const list = deny[field];
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((one) =>
    typeof one === 'string' && one.startsWith(GROUP_PRINCIPAL)
      ? [`group:${one.slice(GROUP_PRINCIPAL.length).toLowerCase()}`]
      : [],
  );
}
