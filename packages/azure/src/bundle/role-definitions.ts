import { isRecord, type Listed, type Report } from '@keyreach/core/input';
import type { AzurePermissionBlock, AzureRoleDefinition } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

/** Reads role-definitions.json: built-in and custom roles of Azure Resource Manager (azure.md 1.2, 4.4). */
export function readRoleDefinitions(raw: unknown, report: Report): Listed<AzureRoleDefinition> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = RecordFields.ofResourceManager(element, where, report);
    const id = fields.text('id') ?? fields.required('name');
    if (id === undefined) return undefined;
    // Nested, `type` is that of the role; flat it is that of the object.
    const { properties } = element;
    const roleType = isRecord(properties)
      ? new RecordFields(properties, `${where}.properties`, report).text('type')
      : fields.text('roleType');
    return {
      id,
      ...told({ roleName: fields.text('roleName'), roleType }),
      assignableScopes: fields.words('assignableScopes'),
      permissions: readPermissionBlocks(fields),
    };
  });
}

/** Reads `permissions` of a role definition or deny assignment. */
export function readPermissionBlocks(fields: RecordFields): Listed<AzurePermissionBlock> {
  if (fields.raw['permissions'] === undefined || fields.raw['permissions'] === null) {
    fields.report(`${fields.where}.permissions`, 'an array');
  }
  return fields.list('permissions', readBlock);
}

function readBlock(fields: RecordFields): AzurePermissionBlock | undefined {
  const actions = fields.texts('actions');
  const notActions = fields.texts('notActions');
  const dataActions = fields.texts('dataActions');
  const notDataActions = fields.texts('notDataActions');
  // A block without a pattern it subtracts would grant more, one without a pattern it grants less.
  if ([actions, notActions, dataActions, notDataActions].some(({ complete }) => !complete)) return undefined;
  return {
    actions: actions.items,
    notActions: notActions.items,
    dataActions: dataActions.items,
    notDataActions: notDataActions.items,
    ...told({ condition: fields.decisiveText('condition'), conditionVersion: fields.text('conditionVersion') }),
  };
}
