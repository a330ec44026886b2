import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readList,
  requiredString,
} from '@keyreach/core/input';
import type {
  EntraAppRoleAssignment,
  EntraFederatedCredential,
  EntraGroupSchedule,
  EntraPermissionGrant,
  EntraRoleAssignment,
  EntraRoleDefinition,
  EntraRolePolicy,
  EntraSignInReport,
} from './azure-input.ts';
import { flags, flat, strings, texts, told } from './fields.ts';
import { idsOf, wholeStrings } from './graph-directory.ts';
import { readPages } from './pages.ts';
import { looksSecret, withoutSecrets } from './scrub.ts';

/** Reads graph/roleDefinitions.json: roles of the directory with their permissions. */
export function readDirectoryRoleDefinitions(raw: unknown, report: Report): Listed<EntraRoleDefinition> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    if (id === undefined) return undefined;
    const rolePermissions = readList(element['rolePermissions'], `${where}.rolePermissions`, tell, readPermission);
    return {
      id,
      ...texts(element, ['templateId', 'displayName'], where, tell),
      ...flags(element, ['isBuiltIn', 'isEnabled'], where, tell),
      rolePermissions,
      inheritsFrom: idsOf(element['inheritsPermissionsFrom']),
    };
  });
}

function readPermission(
  raw: RawRecord,
  where: string,
  report: Report,
): EntraRoleDefinition['rolePermissions']['items'][number] | undefined {
  const allowed = wholeStrings(raw, 'allowedResourceActions', where, report);
  const excluded = wholeStrings(raw, 'excludedResourceActions', where, report);
  if (allowed === undefined || excluded === undefined) return undefined;
  return {
    allowedResourceActions: allowed,
    excludedResourceActions: excluded,
    ...texts(raw, ['condition'], where, report),
  };
}

/** Reads graph/roleAssignments.json and the schedule instances of directory roles. */
export function readDirectoryAssignments(raw: unknown, report: Report): Listed<EntraRoleAssignment> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    const principalId = requiredString(element, 'principalId', where, tell);
    const roleDefinitionId = requiredString(element, 'roleDefinitionId', where, tell);
    if (id === undefined || principalId === undefined || roleDefinitionId === undefined) return undefined;
    return {
      id,
      principalId,
      roleDefinitionId,
      ...texts(
        element,
        ['directoryScopeId', 'appScopeId', 'condition', 'startDateTime', 'endDateTime', 'assignmentType', 'memberType'],
        where,
        tell,
      ),
    };
  });
}

/** Reads graph/groupEligibilityScheduleInstances.json: who may activate membership or ownership of a group. */
export function readGroupEligibilities(raw: unknown, report: Report): Listed<EntraGroupSchedule> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    const principalId = requiredString(element, 'principalId', where, tell);
    const groupId = requiredString(element, 'groupId', where, tell);
    const access = optionalString(element, 'accessId', where, tell)?.toLowerCase();
    if (id === undefined || principalId === undefined || groupId === undefined) return undefined;
    if (access !== 'member' && access !== 'owner') {
      tell(`${where}.accessId`, '`member` or `owner`');
      return undefined;
    }
    return {
      id,
      principalId,
      groupId,
      accessId: access,
      ...texts(element, ['startDateTime', 'endDateTime', 'assignmentType'], where, tell),
    };
  });
}

/** Reads graph/roleManagementPolicyAssignments.json: policies of activation, expanded with their rules (azure.md 4.2). */
export function readRolePolicies(raw: unknown, report: Report): Listed<EntraRolePolicy> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const policy = element['policy'];
    const list = isRecord(policy) ? (policy['effectiveRules'] ?? policy['rules']) : undefined;
    const rules = Array.isArray(list) ? list.filter(isRecord) : [];
    const approval = rules.find(({ id }) => id === 'Approval_EndUser_Assignment');
    const enablement = rules.find(({ id }) => id === 'Enablement_EndUser_Assignment');
    const setting = approval !== undefined && isRecord(approval['setting']) ? approval['setting'] : undefined;
    const required = setting?.['isApprovalRequired'];
    const stages = Array.isArray(setting?.['approvalStages']) ? setting['approvalStages'].filter(isRecord) : [];
    const approvers = stages.flatMap((stage) =>
      (Array.isArray(stage['primaryApprovers']) ? stage['primaryApprovers'] : []).filter(isRecord),
    );
    return {
      ...texts(element, ['scopeId', 'scopeType', 'roleDefinitionId'], where, tell),
      ...(typeof required === 'boolean' ? { approvalRequired: required } : {}),
      approvers: strings(approvers.map((one) => one['id'] ?? one['userId'] ?? one['groupId'])),
      enabledRules: strings(enablement?.['enabledRules']),
    };
  });
}

/** Reads graph/appRoleAssignments.json. */
export function readAppRoleAssignments(raw: unknown, report: Report): Listed<EntraAppRoleAssignment> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const [id, appRoleId, principalId, resourceId] = (['id', 'appRoleId', 'principalId', 'resourceId'] as const).map(
      (field) => requiredString(element, field, where, tell),
    );
    if (id === undefined || appRoleId === undefined || principalId === undefined || resourceId === undefined) {
      return undefined;
    }
    return {
      id,
      appRoleId,
      principalId,
      resourceId,
      ...texts(element, ['principalType', 'createdDateTime'], where, tell),
    };
  });
}

/** Reads graph/oauth2PermissionGrants.json. */
export function readPermissionGrants(raw: unknown, report: Report): Listed<EntraPermissionGrant> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const [id, clientId, resourceId] = (['id', 'clientId', 'resourceId'] as const).map((field) =>
      requiredString(element, field, where, tell),
    );
    if (id === undefined || clientId === undefined || resourceId === undefined) return undefined;
    const scope = element['scope'];
    return {
      id,
      clientId,
      resourceId,
      ...texts(element, ['consentType', 'principalId'], where, tell),
      scopes: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
    };
  });
}

/** Reads graph/federatedIdentityCredentials.json: `[{ parent, value: […] }]`. */
export function readFederatedCredentials(raw: unknown, report: Report): Listed<EntraFederatedCredential> | undefined {
  if (!Array.isArray(raw)) {
    report('', 'an array of `{ parent, value }`');
    return undefined;
  }
  const items: EntraFederatedCredential[] = [];
  let complete = true;
  const parents = readList(raw, '', report, (element, where, tell) => {
    const parent = requiredString(element, 'parent', where, tell);
    if (parent === undefined) return undefined;
    const { parent: _, ...page } = element;
    const listed = readPages(page, tell, (one, place, inner) => readFederated(one, parent, place, inner));
    if (listed === undefined) return undefined;
    items.push(...listed.items);
    complete &&= listed.complete;
    return parent;
  });
  return { items, complete: complete && parents.complete };
}

function readFederated(
  raw: RawRecord,
  parent: string,
  where: string,
  report: Report,
): EntraFederatedCredential | undefined {
  const one = flat(raw);
  const issuer = requiredString(one, 'issuer', where, report);
  const id = optionalString(one, 'id', where, report) ?? requiredString(one, 'name', where, report);
  if (issuer === undefined || id === undefined) return undefined;
  const expression = one['claimsMatchingExpression'];
  const value = isRecord(expression) ? optionalString(expression, 'value', where, report) : undefined;
  const version = isRecord(expression) ? expression['languageVersion'] : undefined;
  const { subject, name } = texts(one, ['subject', 'name'], where, report);
  if (subject === undefined && value === undefined) {
    report(where, '`subject` or `claimsMatchingExpression`');
    return undefined;
  }
  return {
    parent,
    id,
    ...told('name', name),
    issuer,
    ...told('subject', subject),
    audiences: strings(one['audiences']),
    ...(value === undefined
      ? {}
      : {
          claimsMatchingExpression: { value, ...(typeof version === 'number' ? { languageVersion: version } : {}) },
        }),
  };
}

/** Reads the reports of last sign-ins, per application and per credential (azure.md 5). */
export function readSignInReport(raw: unknown, report: Report): Listed<EntraSignInReport> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const told = texts(element, ['appId', 'keyId', 'appObjectId', 'servicePrincipalObjectId'], where, tell);
    if (told.appId === undefined && told.keyId === undefined) {
      tell(where, '`appId` or `keyId`');
      return undefined;
    }
    if (Object.values(told).some((text) => looksSecret(text))) return undefined;
    return { ...told, raw: withoutSecrets(element) };
  });
}
