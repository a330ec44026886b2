import {
  EMPTY_LIST,
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
import type {
  AzureDenyAssignment,
  AzureDenyPrincipal,
  AzurePermissionBlock,
  AzureRoleDefinition,
  AzureRoleGrant,
  AzureScheduleInstance,
} from './azure-input.ts';
import { flags, flat, texts, told } from './fields.ts';
import { readPages } from './pages.ts';

/** Reads role-definitions.json: `roleDefinitions.list`, or `az role definition list` (azure.md 4.4). */
export function readRoleDefinitions(raw: unknown, report: Report): Listed<AzureRoleDefinition> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const role = flat(element);
    const id = optionalString(role, 'id', where, tell) ?? requiredString(role, 'name', where, tell);
    if (id === undefined) return undefined;
    // Nested, `type` is that of the role; at the top it is the type of the resource.
    const nested = isRecord(element['properties']) ? element['properties']['type'] : undefined;
    const roleType = typeof nested === 'string' ? nested : optionalString(role, 'roleType', where, tell);
    return {
      id,
      ...texts(role, ['roleName'], where, tell),
      ...told('roleType', roleType),
      assignableScopes: readNestedStrings(role, 'assignableScopes', where, tell).items,
      permissions: readBlocks(role, where, tell),
    };
  });
}

/** Blocks of a role or a deny; a role without the list is one of which nobody knows what it allows. */
function readBlocks(raw: RawRecord, where: string, report: Report): Listed<AzurePermissionBlock> {
  return readList(raw['permissions'], `${where}.permissions`, report, readBlock);
}

function readBlock(raw: RawRecord, where: string, report: Report): AzurePermissionBlock | undefined {
  const lists = (['actions', 'notActions', 'dataActions', 'notDataActions'] as const).map((field) =>
    readNestedStrings(raw, field, where, report),
  );
  // What is taken off cannot be left out without giving more.
  if (lists.some(({ complete }) => !complete)) return undefined;
  const condition = readCondition(raw, where, report);
  if (condition === undefined) return undefined;
  const [actions, notActions, dataActions, notDataActions] = lists.map(({ items }) => items);
  return {
    actions: actions!,
    notActions: notActions!,
    dataActions: dataActions!,
    notDataActions: notDataActions!,
    ...condition,
  };
}

/** Longest text of a condition: Azure takes 8 KiB. */
const LONGEST_CONDITION = 65_536;

/** Conditions are longer than names. Undefined, after a report, for one that cannot be read: what it holds back is unknown then. */
function readCondition(
  raw: RawRecord,
  where: string,
  report: Report,
): { readonly condition?: string; readonly conditionVersion?: string } | undefined {
  const { condition } = raw;
  if (condition === undefined || condition === null || condition === '') return {};
  if (typeof condition !== 'string' || condition.length > LONGEST_CONDITION) {
    report(`${where}.condition`, 'a string of ordinary length');
    return undefined;
  }
  return { condition, ...texts(raw, ['conditionVersion'], where, report) };
}

/** Reads role-assignments.json: `roleAssignments.listForScope`, Resource Graph, or `az role assignment list`. */
export function readRoleAssignments(raw: unknown, report: Report): Listed<AzureRoleGrant> | undefined {
  return readPages(raw, report, (element, where, tell) => readGrant(flat(element), where, tell));
}

function readGrant(raw: RawRecord, where: string, report: Report): AzureRoleGrant | undefined {
  const [id, scope, roleDefinitionId, principalId] = (['id', 'scope', 'roleDefinitionId', 'principalId'] as const).map(
    (field) => requiredString(raw, field, where, report),
  );
  const condition = readCondition(raw, where, report);
  if (id === undefined || scope === undefined || roleDefinitionId === undefined || principalId === undefined) {
    return undefined;
  }
  if (condition === undefined) return undefined;
  return {
    id,
    scope,
    roleDefinitionId,
    principalId,
    ...condition,
    ...texts(
      raw,
      ['principalType', 'description', 'createdOn', 'updatedOn', 'delegatedManagedIdentityResourceId'],
      where,
      report,
    ),
  };
}

/** Schedule instances of pim.json: `{ roleEligibilityScheduleInstances, roleAssignmentScheduleInstances }`. */
export interface PimLists {
  readonly roleEligibilities?: Listed<AzureScheduleInstance>;
  readonly roleSchedules?: Listed<AzureScheduleInstance>;
}

/** Reads pim.json; a list that it lacks is one that nobody collected. */
export function readPim(raw: unknown, report: Report): PimLists | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `roleEligibilityScheduleInstances` and `roleAssignmentScheduleInstances`');
    return undefined;
  }
  const list = (name: string): Listed<AzureScheduleInstance> | undefined => {
    if (raw[name] === undefined) {
      report(name, 'an array; where there are none an empty one');
      return undefined;
    }
    return readPages(raw[name], (where, expected) => report(`${name}${where}`, expected), readInstance);
  };
  return {
    ...told('roleEligibilities', list('roleEligibilityScheduleInstances')),
    ...told('roleSchedules', list('roleAssignmentScheduleInstances')),
  };
}

function readInstance(raw: RawRecord, where: string, report: Report): AzureScheduleInstance | undefined {
  const flattened = flat(raw);
  const grant = readGrant(flattened, where, report);
  if (grant === undefined) return undefined;
  const more = texts(
    flattened,
    ['status', 'startDateTime', 'endDateTime', 'memberType', 'assignmentType', 'originRoleAssignmentId'],
    where,
    report,
  );
  return { ...grant, ...more };
}

/** Reads deny-assignments.json: `denyAssignments.listForScope`. */
export function readDenyAssignments(raw: unknown, report: Report): Listed<AzureDenyAssignment> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const deny = flat(element);
    const id = requiredString(deny, 'id', where, tell);
    const scope = requiredString(deny, 'scope', where, tell);
    const condition = readCondition(deny, where, tell);
    if (id === undefined || scope === undefined || condition === undefined) return undefined;
    const { isSystemProtected, doNotApplyToChildScopes } = flags(
      deny,
      ['isSystemProtected', 'doNotApplyToChildScopes'],
      where,
      tell,
    );
    return {
      id,
      scope,
      ...texts(deny, ['denyAssignmentName'], where, tell),
      permissions: readBlocks(deny, where, tell),
      doNotApplyToChildScopes: doNotApplyToChildScopes ?? false,
      principals: principals(deny, 'principals', UNKNOWN_LIST, where, tell),
      excludePrincipals: principals(deny, 'excludePrincipals', EMPTY_LIST, where, tell),
      ...told('isSystemProtected', isSystemProtected),
      ...condition,
    };
  });
}

function principals(
  raw: RawRecord,
  field: 'principals' | 'excludePrincipals',
  absent: Listed<never>,
  where: string,
  report: Report,
): Listed<AzureDenyPrincipal> {
  const value = raw[field];
  if (value === undefined || value === null) return absent;
  return readList(value, `${where}.${field}`, report, (element, place, tell) => {
    const id = requiredString(element, 'id', place, tell);
    return id === undefined ? undefined : { id, ...texts(element, ['type'], place, tell) };
  });
}
