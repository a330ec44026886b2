import type { Listed, Report } from '@keyreach/core/input';
import type { EntraGroupSchedule, EntraRoleAssignment, EntraRoleDefinition, EntraRolePolicy } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

/** Reads graph/roleDefinitions.json: roles of the directory with what they allow (azure.md 1.4, 4.4). */
export function readDirectoryRoleDefinitions(raw: unknown, report: Report): Listed<EntraRoleDefinition> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    if (!Array.isArray(element['rolePermissions'])) report(`${where}.rolePermissions`, 'an array');
    return {
      id,
      ...told({
        templateId: fields.text('templateId'),
        displayName: fields.text('displayName'),
        isBuiltIn: fields.flag('isBuiltIn'),
        isEnabled: fields.flag('isEnabled'),
      }),
      rolePermissions: fields.list('rolePermissions', readRolePermission),
      inheritsFrom: fields.listOrNone('inheritsPermissionsFrom', (role) => role.required('id')).items,
    };
  });
}

function readRolePermission(fields: RecordFields): EntraRoleDefinition['rolePermissions']['items'][number] | undefined {
  const allowed = fields.texts('allowedResourceActions');
  const excluded = fields.texts('excludedResourceActions');
  if (!allowed.complete || !excluded.complete) return undefined;
  return {
    allowedResourceActions: allowed.items,
    excludedResourceActions: excluded.items,
    ...told({ condition: fields.decisiveText('condition') }),
  };
}

/** Reads assignments of directory roles, and active or eligible schedule instances of them (azure.md 1.4, 1.6, 4.4). */
export function readDirectoryRoleAssignments(raw: unknown, report: Report): Listed<EntraRoleAssignment> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    const principalId = fields.required('principalId');
    const roleDefinitionId = fields.required('roleDefinitionId');
    if (id === undefined || principalId === undefined || roleDefinitionId === undefined) return undefined;
    return {
      id,
      principalId,
      roleDefinitionId,
      ...told({
        directoryScopeId: fields.text('directoryScopeId'),
        appScopeId: fields.text('appScopeId'),
        condition: fields.decisiveText('condition'),
        startDateTime: fields.decisiveTime('startDateTime'),
        endDateTime: fields.decisiveTime('endDateTime'),
        assignmentType: fields.text('assignmentType'),
        memberType: fields.text('memberType'),
      }),
    };
  });
}

/** Reads graph/groupEligibilityScheduleInstances.json: who may activate membership or ownership of groups (azure.md 1.6). */
export function readGroupSchedules(raw: unknown, report: Report): Listed<EntraGroupSchedule> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    const principalId = fields.required('principalId');
    const groupId = fields.required('groupId');
    const accessId = fields.text('accessId')?.toLowerCase();
    if (accessId !== 'member' && accessId !== 'owner') report(`${where}.accessId`, '`member` or `owner`');
    if (id === undefined || principalId === undefined || groupId === undefined) return undefined;
    if (accessId !== 'member' && accessId !== 'owner') return undefined;
    return {
      id,
      principalId,
      groupId,
      accessId,
      ...told({
        startDateTime: fields.decisiveTime('startDateTime'),
        endDateTime: fields.decisiveTime('endDateTime'),
        assignmentType: fields.text('assignmentType'),
      }),
    };
  });
}

/** Reads graph/roleManagementPolicyAssignments.json, with the policy and its rules expanded (azure.md 1.6, 4.2). */
export function readRolePolicies(raw: unknown, report: Report): Listed<EntraRolePolicy> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const roleDefinitionId = fields.required('roleDefinitionId');
    if (roleDefinitionId === undefined) return undefined;
    const rules = fields.inner('policy').listOrNone('rules', (rule) => rule);
    const rule = (id: string): RecordFields | undefined =>
      rules.items.find((one) => one.text('id')?.toLowerCase() === id.toLowerCase());
    const approval = rule('Approval_EndUser_Assignment')?.inner('setting');
    return {
      roleDefinitionId,
      ...told({
        scopeId: fields.text('scopeId'),
        scopeType: fields.text('scopeType'),
        approvalRequired: approval?.flag('isApprovalRequired'),
      }),
      approvers: approval?.listOrNone('approvalStages', approversOf).items.flat() ?? [],
      enabledRules: rule('Enablement_EndUser_Assignment')?.words('enabledRules') ?? [],
    };
  });
}

/** Ids of users and groups that approve in a stage; managers and the like are named by no id. */
function approversOf(stage: RecordFields): readonly string[] {
  const { items } = stage.listOrNone('primaryApprovers', (one) => one);
  return items.flatMap((one) => one.text('userId') ?? one.text('groupId') ?? one.text('id') ?? []);
}
