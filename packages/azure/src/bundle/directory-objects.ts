import { isRecord, type Listed, type Report } from '@keyreach/core/input';
import { attributesOf } from './app-objects.ts';
import type {
  EntraAdministrativeUnit,
  EntraGroup,
  EntraOrganization,
  EntraReference,
  EntraUser,
} from './azure-input.ts';
import { ExpandedLists, idOf } from './expanded-lists.ts';
import { readPages } from './pages.ts';
import { odataType, RecordFields, told } from './record-fields.ts';

/** Reads graph/organization.json: the tenant (azure.md 4.2). */
export function readOrganizations(raw: unknown, report: Report): Listed<EntraOrganization> | undefined {
  const list = isRecord(raw) && typeof raw['id'] === 'string' ? [raw] : raw;
  return readPages(list, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    const domains = fields.listOrNone('verifiedDomains', (domain) => {
      const name = domain.required('name');
      if (name === undefined) return undefined;
      return { name, ...told({ isDefault: domain.flag('isDefault'), isInitial: domain.flag('isInitial') }) };
    });
    return { id, ...told({ displayName: fields.text('displayName') }), verifiedDomains: domains.items };
  });
}

/** Reads graph/users.json (azure.md 4.2). */
export function readUsers(raw: unknown, report: Report): Listed<EntraUser> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    return {
      id,
      ...told({
        userPrincipalName: fields.text('userPrincipalName'),
        displayName: fields.text('displayName'),
        userType: fields.text('userType'),
        accountEnabled: fields.flag('accountEnabled'),
        onPremisesSyncEnabled: fields.flagOrUnset('onPremisesSyncEnabled'),
        isManagementRestricted: fields.flagOrUnset('isManagementRestricted'),
        createdDateTime: fields.time('createdDateTime'),
        lastPasswordChangeDateTime: fields.time('lastPasswordChangeDateTime'),
        lastSignInDateTime: lastSignIn(fields),
        identityParentId: fields.text('identityParentId'),
        odataType: odataType(fields),
        customSecurityAttributes: attributesOf(fields),
      }),
    };
  });
}

/** The last sign-in that succeeded; the two others count attempts that failed as well, and stand in where it is absent. */
function lastSignIn(fields: RecordFields): string | undefined {
  const activity = fields.inner('signInActivity');
  const success = activity.time('lastSuccessfulSignInDateTime');
  if (success !== undefined) return success;
  const times = [activity.time('lastSignInDateTime'), activity.time('lastNonInteractiveSignInDateTime')];
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

/** Reads graph/groups.json, with the direct members and the owners of each (azure.md 1.5, 4.2). */
export function readGroups(raw: unknown, report: Report): Listed<EntraGroup> | undefined {
  const expanded = new ExpandedLists();
  const listed = readPages(raw, report, (element, where): EntraGroup | undefined => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    const membershipRule = fields.text('membershipRule');
    const types = fields.words('groupTypes');
    return {
      id,
      groupTypes: types.length === 0 && membershipRule !== undefined ? ['DynamicMembership'] : types,
      ...told({
        displayName: fields.text('displayName'),
        securityEnabled: fields.flag('securityEnabled'),
        mailEnabled: fields.flag('mailEnabled'),
        membershipRule,
        membershipRuleProcessingState: fields.text('membershipRuleProcessingState'),
        isAssignableToRole: fields.flagOrUnset('isAssignableToRole'),
        isManagementRestricted: fields.flagOrUnset('isManagementRestricted'),
        onPremisesSyncEnabled: fields.flagOrUnset('onPremisesSyncEnabled'),
        members: expanded.read(fields, 'members', referenceOf),
        owners: expanded.read(fields, 'owners', idOf),
      }),
    };
  });
  return expanded.checked(listed, ['members', 'owners'], report);
}

/** Reads graph/administrativeUnits.json, with the direct members of each (azure.md 1.4). */
export function readAdministrativeUnits(raw: unknown, report: Report): Listed<EntraAdministrativeUnit> | undefined {
  const expanded = new ExpandedLists();
  const listed = readPages(raw, report, (element, where): EntraAdministrativeUnit | undefined => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    return {
      id,
      ...told({
        displayName: fields.text('displayName'),
        membershipType: fields.text('membershipType'),
        isMemberManagementRestricted: fields.flagOrUnset('isMemberManagementRestricted'),
        members: expanded.read(fields, 'members', referenceOf),
      }),
    };
  });
  return expanded.checked(listed, ['members'], report);
}

function referenceOf(raw: unknown, where: string, report: Report): EntraReference | undefined {
  const id = idOf(raw, where, report);
  if (id === undefined) return undefined;
  return { id, ...(isRecord(raw) ? told({ odataType: odataType(new RecordFields(raw, where, report)) }) : {}) };
}
