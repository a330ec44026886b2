import { awsCatalogue } from '../catalogue/action-catalogue.ts';

/**
 * Whether an action makes the resource it is checked against: `Create` and the name of the resource type it takes, as
 * `iam:CreateRole` does, and `iam:CreateAccessKey` (checked against the user) does not.
 */
export function isCreatingAction(name: string): boolean {
  const colon = name.indexOf(':');
  const operation = name.slice(colon + 1).toLowerCase();
  if (!operation.startsWith('create')) return false;
  const made = operation.slice('create'.length);
  const types = awsCatalogue().action(name)?.resourceTypes ?? [];
  return types.some(({ type }) => type.toLowerCase().replaceAll(/[^a-z0-9]/g, '') === made);
}
