import type { Json, NodeId } from '@keyreach/core/graph';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { fieldText } from './field-values.ts';
import { GCP, serviceAccountId } from './gcp-ids.ts';
import { KnownAccounts } from './known-accounts.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { SERVICE_ACCOUNT_TYPE } from './service-account-directory.ts';
import { readServiceAccountEmail } from './service-account-email.ts';

/**
 * Adds service accounts: those the input lists with what it tells of them, and those that are only named (gcp.md 1.5). One that is
 * named and not listed is outside the input, or deleted.
 */
export function addServiceAccounts(context: NormalizeContext): void {
  const listed = new Map<NodeId, GcpAsset>();
  const assets = (context.input.assets?.items ?? []).filter(({ assetType }) => assetType === SERVICE_ACCOUNT_TYPE);
  for (const asset of [...assets].sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const email = emailOf(asset, context);
    if (email === undefined) continue;
    const id = context.members.serviceAccount(email);
    // One account may be there by e-mail and by unique id; the record that describes it counts.
    if (listed.get(id)?.resource === undefined) listed.set(id, asset);
  }
  const known = new KnownAccounts(context);
  for (const email of [...context.members.serviceAccounts].sort()) {
    const id = serviceAccountId(email);
    if (!context.builder.has(id)) addAccount(id, email, listed.get(id), known, context);
  }
}

function emailOf(asset: GcpAsset, { accounts }: NormalizeContext): string | undefined {
  return fieldText(asset.resource?.data, 'email') ?? accounts.read(asset.name)?.email;
}

function addAccount(
  id: NodeId,
  email: string,
  asset: GcpAsset | undefined,
  known: KnownAccounts,
  context: NormalizeContext,
): void {
  const { nodes, directory } = context;
  const data = asset?.resource?.data;
  const form = readServiceAccountEmail(email, (number) => directory.projectIdOf(number) !== undefined);
  const scope = (asset === undefined ? undefined : directory.scopeOfAsset(asset)) ?? scopeOfEmail(form, context);
  const agent = form?.kind === 'service-agent';
  const attributes: Record<string, Json> = { email };
  for (const key of ['uniqueId', 'oauth2ClientId', 'displayName']) {
    const text = fieldText(data, key);
    if (text !== undefined) attributes[key] = text;
  }
  if (data !== undefined) attributes['disabled'] = data['disabled'] === true;
  const projectId = fieldText(data, 'projectId') ?? (form?.kind === 'user-managed' ? form.projectId : undefined);
  if (projectId !== undefined) attributes['projectId'] = projectId;
  const since = asset === undefined ? undefined : known.since(email, asset);
  if (since !== undefined) attributes['knownSince'] = since;
  const scopes = delegatedScopes(fieldText(data, 'oauth2ClientId'), context);
  if (scopes !== undefined) attributes['delegatedScopes'] = scopes;
  nodes.add({
    kind: 'identity',
    id,
    provider: GCP,
    type: agent ? 'service-agent' : 'service-account',
    name: email,
    ...(scope === undefined ? {} : { scope }),
    nature: 'machine',
    ...(data === undefined ? { external: true } : {}),
    ...(agent ? { providerManaged: true } : {}),
    attributes,
  });
}

function scopeOfEmail(
  form: ReturnType<typeof readServiceAccountEmail>,
  { directory }: NormalizeContext,
): NodeId | undefined {
  switch (form?.kind) {
    case 'user-managed':
      return directory.projectScope(form.projectId);
    case 'default': {
      const project = form.projectNumber ?? form.projectId;
      return project === undefined ? undefined : directory.projectScope(project);
    }
    case 'service-agent':
      return form.serves === undefined
        ? undefined
        : directory.known(directory.scopeIdOf(`${form.serves.kind}/${form.serves.id}`));
    default:
      return undefined;
  }
}

/** OAuth scopes for which the account may act for users of the customer; undefined where nobody told (gcp.md 1.8). */
function delegatedScopes(clientId: string | undefined, { input }: NormalizeContext): Json | undefined {
  const { delegations } = input;
  if (delegations === undefined || clientId === undefined) return undefined;
  const scopes = delegations.items.filter((one) => one.clientId === clientId).flatMap((one) => one.scopes);
  if (scopes.length === 0 && !delegations.complete) return undefined;
  return [...new Set(scopes)].sort();
}
