import {
  isRecord,
  type Listed,
  type RawRecord,
  type Report,
  readList,
  readNestedList,
  readNestedStrings,
  requiredString,
} from '@keyreach/core/input';
import type {
  EntraAdministrativeUnit,
  EntraGroup,
  EntraOrganization,
  EntraReference,
  EntraUser,
} from './azure-input.ts';
import { flags, strings, texts, told } from './fields.ts';
import { odataType, readIds } from './graph-apps.ts';
import { readPages } from './pages.ts';
import { withoutSecrets } from './scrub.ts';

/** Reads graph/organization.json. */
export function readOrganizations(raw: unknown, report: Report): Listed<EntraOrganization> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    if (id === undefined) return undefined;
    const domains = readNestedList(element, 'verifiedDomains', where, tell, (one, place, inner) => {
      const name = requiredString(one, 'name', place, inner);
      return name === undefined ? undefined : { name, ...flags(one, ['isDefault', 'isInitial'], place, inner) };
    });
    return { id, ...texts(element, ['displayName'], where, tell), verifiedDomains: domains.items };
  });
}

/** Reads graph/users.json. */
export function readUsers(raw: unknown, report: Report): Listed<EntraUser> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    if (id === undefined) return undefined;
    const activity = element['signInActivity'];
    // The last success tells of use; the last sign-in may be a failure (azure.md 5).
    const last = isRecord(activity)
      ? [activity['lastSuccessfulSignInDateTime'], activity['lastNonInteractiveSignInDateTime']]
          .filter((one): one is string => typeof one === 'string')
          .sort()
          .at(-1)
      : undefined;
    const attributes = element['customSecurityAttributes'];
    return {
      id,
      ...texts(
        element,
        [
          'userPrincipalName',
          'displayName',
          'userType',
          'createdDateTime',
          'lastPasswordChangeDateTime',
          'identityParentId',
        ],
        where,
        tell,
      ),
      ...flags(orNo(element), ['accountEnabled', 'onPremisesSyncEnabled', 'isManagementRestricted'], where, tell),
      ...odataType(element),
      ...told('lastSignInDateTime', last),
      ...(isRecord(attributes) ? { customSecurityAttributes: withoutSecrets(attributes) } : {}),
    };
  });
}

/** Microsoft Graph says null for "no" of these; absent they were not asked for. */
const NULL_IS_NO: readonly string[] = ['isAssignableToRole', 'isManagementRestricted', 'onPremisesSyncEnabled'];

function orNo(raw: RawRecord): RawRecord {
  const told = Object.fromEntries(NULL_IS_NO.filter((field) => raw[field] === null).map((field) => [field, false]));
  return { ...raw, ...told };
}

/** Reads graph/groups.json: groups with their direct members and owners. */
export function readGroups(raw: unknown, report: Report): Listed<EntraGroup> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    if (id === undefined) return undefined;
    return {
      id,
      ...texts(element, ['displayName', 'membershipRule', 'membershipRuleProcessingState'], where, tell),
      ...flags(
        orNo(element),
        ['securityEnabled', 'mailEnabled', 'isAssignableToRole', 'isManagementRestricted', 'onPremisesSyncEnabled'],
        where,
        tell,
      ),
      groupTypes: strings(element['groupTypes']),
      ...told('members', readReferences(element, 'members', where, tell)),
      ...told('owners', readIds(element, 'owners', where, tell)),
    };
  });
}

/** Reads graph/administrativeUnits.json: units with their members. */
export function readAdministrativeUnits(raw: unknown, report: Report): Listed<EntraAdministrativeUnit> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    if (id === undefined) return undefined;
    return {
      id,
      ...texts(element, ['displayName', 'membershipType'], where, tell),
      ...flags(element, ['isMemberManagementRestricted'], where, tell),
      ...told('members', readReferences(element, 'members', where, tell)),
    };
  });
}

/** Objects of a list; undefined where it is absent: nobody collected it. */
function readReferences(
  raw: RawRecord,
  field: string,
  where: string,
  report: Report,
): Listed<EntraReference> | undefined {
  const value = raw[field];
  if (value === undefined || value === null) return undefined;
  const listed = readList(value, `${where}.${field}`, report, (element, place, tell) => {
    const id = requiredString(element, 'id', place, tell);
    return id === undefined ? undefined : { id, ...odataType(element) };
  });
  const more = typeof raw[`${field}@odata.nextLink`] === 'string';
  return more ? { ...listed, complete: false } : listed;
}

/** Ids of a list of strings or objects, for short lists inside records. */
export function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? strings(value.map((one) => (isRecord(one) ? one['id'] : one))) : [];
}

/** Strings of a list that has to be read whole; undefined where it is not. */
export function wholeStrings(
  raw: RawRecord,
  field: string,
  where: string,
  report: Report,
): readonly string[] | undefined {
  const listed = readNestedStrings(raw, field, where, report);
  return listed.complete ? listed.items : undefined;
}
