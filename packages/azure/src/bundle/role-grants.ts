import type { Listed, Report } from '@keyreach/core/input';
import type {
  AzureDenyAssignment,
  AzureDenyPrincipal,
  AzureRoleAssignment,
  AzureRoleGrant,
  AzureScheduleInstance,
} from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';
import { readPermissionBlocks } from './role-definitions.ts';

/** Reads role-assignments.json (azure.md 4.4). */
export function readRoleAssignments(raw: unknown, report: Report): Listed<AzureRoleAssignment> | undefined {
  return readPages(raw, report, (element, where) => readGrant(RecordFields.ofResourceManager(element, where, report)));
}

/** Reads the schedule instances of pim.json, eligible or active (azure.md 1.6, 4.4). */
export function readScheduleInstances(raw: unknown, report: Report): Listed<AzureScheduleInstance> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = RecordFields.ofResourceManager(element, where, report);
    const grant = readGrant(fields);
    if (grant === undefined) return undefined;
    return {
      ...grant,
      ...told({
        status: fields.text('status'),
        startDateTime: fields.decisiveTime('startDateTime'),
        endDateTime: fields.decisiveTime('endDateTime'),
        memberType: fields.text('memberType'),
        assignmentType: fields.text('assignmentType'),
        originRoleAssignmentId: fields.text('originRoleAssignmentId'),
      }),
    };
  });
}

function readGrant(fields: RecordFields): AzureRoleGrant | undefined {
  const id = fields.required('id');
  const scope = fields.required('scope');
  const roleDefinitionId = fields.required('roleDefinitionId');
  const principalId = fields.required('principalId');
  if (id === undefined || scope === undefined || roleDefinitionId === undefined || principalId === undefined) {
    return undefined;
  }
  return {
    id,
    scope,
    roleDefinitionId,
    principalId,
    ...told({
      principalType: fields.text('principalType'),
      condition: fields.decisiveText('condition'),
      conditionVersion: fields.text('conditionVersion'),
      description: fields.text('description'),
      createdOn: fields.time('createdOn'),
      updatedOn: fields.time('updatedOn'),
      delegatedManagedIdentityResourceId: fields.text('delegatedManagedIdentityResourceId'),
    }),
  };
}

/** Reads deny-assignments.json (azure.md 1.2, 4.4). */
export function readDenyAssignments(raw: unknown, report: Report): Listed<AzureDenyAssignment> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = RecordFields.ofResourceManager(element, where, report);
    const id = fields.required('id');
    const scope = fields.required('scope');
    if (id === undefined || scope === undefined) return undefined;
    return {
      id,
      scope,
      permissions: readPermissionBlocks(fields),
      doNotApplyToChildScopes: fields.flag('doNotApplyToChildScopes') === true,
      principals: fields.list('principals', readPrincipal),
      excludePrincipals: fields.listOrNone('excludePrincipals', readPrincipal),
      ...told({
        denyAssignmentName: fields.text('denyAssignmentName'),
        isSystemProtected: fields.flag('isSystemProtected'),
        condition: fields.decisiveText('condition'),
        conditionVersion: fields.text('conditionVersion'),
      }),
    };
  });
}

function readPrincipal(fields: RecordFields): AzureDenyPrincipal | undefined {
  const id = fields.required('id');
  return id === undefined ? undefined : { id, ...told({ type: fields.text('type') }) };
}
