import type { Listed, Report } from '@keyreach/core/input';
import type { EntraAppRoleAssignment, EntraPermissionGrant } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

/** Reads graph/appRoleAssignments.json: app roles given to anybody, application permissions among them (azure.md 1.5, 4.4). */
export function readAppRoleAssignments(raw: unknown, report: Report): Listed<EntraAppRoleAssignment> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const appRoleId = fields.required('appRoleId');
    const principalId = fields.required('principalId');
    const resourceId = fields.required('resourceId');
    if (appRoleId === undefined || principalId === undefined || resourceId === undefined) return undefined;
    return {
      id: fields.text('id') ?? `${principalId}/${resourceId}/${appRoleId}`.toLowerCase(),
      appRoleId,
      principalId,
      resourceId,
      ...told({ principalType: fields.text('principalType'), createdDateTime: fields.time('createdDateTime') }),
    };
  });
}

/** Reads graph/oauth2PermissionGrants.json: delegated permissions of clients (azure.md 1.5, 4.4). */
export function readPermissionGrants(raw: unknown, report: Report): Listed<EntraPermissionGrant> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = new RecordFields(element, where, report);
    const clientId = fields.required('clientId');
    const resourceId = fields.required('resourceId');
    const scope = fields.decisiveText('scope');
    if (clientId === undefined || resourceId === undefined) return undefined;
    const principalId = fields.text('principalId');
    const scopes = (scope ?? '').split(/\s+/).filter((one) => one !== '');
    return {
      id: fields.text('id') ?? `${clientId}/${resourceId}/${principalId ?? ''}`.toLowerCase(),
      clientId,
      resourceId,
      ...told({ consentType: fields.text('consentType'), principalId }),
      scopes: [...new Set(scopes)].sort(),
    };
  });
}
