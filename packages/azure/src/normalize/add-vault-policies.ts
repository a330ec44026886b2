import type { Json, NodeId, Statement } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import { conditionOf } from './add-role-assignments.ts';
import { AZURE } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { ANY_PRINCIPAL } from './undecided-grant.ts';
import { allVaultActions, type VaultKind, vaultActions } from './vault-permissions.ts';

const KINDS: readonly VaultKind[] = ['keys', 'secrets', 'certificates', 'storage'];

/** Places access policies of vaults; they decide where the vault does not ask roles (azure.md 1.7). */
export function addVaultPolicies(context: NormalizeContext): void {
  for (const resource of context.distinct.of(context.input.resources)) {
    if (resource.type.toLowerCase() !== 'microsoft.keyvault/vaults') continue;
    const vault = context.scopes.of(resource.id)?.id;
    if (vault === undefined) continue;
    const { accessPolicies } = resource.properties;
    if (Array.isArray(accessPolicies)) {
      const texts = accessPolicies.map((one) => JSON.stringify(one)).sort();
      let unread = 0;
      [...new Set(texts)].forEach((text, index) => {
        const policy: unknown = JSON.parse(text);
        const isRead = isRecord(policy) && addPolicy(vault, policy, index, context);
        if (!isRead) unread += 1;
      });
      if (unread > 0) addUnread(vault, 'some access policies could not be read', context);
    } else if (resource.properties['enableRbacAuthorization'] !== true) {
      addUnread(vault, 'its access policies are not in the input', context);
    }
  }
}

function addPolicy(vault: NodeId, policy: RawRecord, index: number, context: NormalizeContext): boolean {
  const { objectId, applicationId, permissions, tenantId } = policy;
  if (typeof objectId !== 'string' || objectId === '' || !isRecord(permissions)) return false;
  const known = new Set<string>();
  const perhaps = new Set<string>();
  for (const kind of KINDS) {
    const given = permissions[kind];
    if (given === undefined || given === null) continue;
    if (!Array.isArray(given)) return false;
    for (const one of given) {
      const actions = typeof one === 'string' ? vaultActions(kind, one) : undefined;
      for (const action of actions ?? allVaultActions(kind)) (actions === undefined ? perhaps : known).add(action);
    }
  }
  const statements: Statement[] = [];
  if (known.size > 0)
    statements.push({ effect: 'allow', actions: { include: [...known].sort(), exclude: [] }, index: 0 });
  if (perhaps.size > 0) {
    statements.push({
      effect: 'allow',
      actions: { include: [...perhaps].sort(), exclude: [] },
      index: statements.length,
      undecidable: 'a permission that is not known',
    });
  }
  const { builder, principals, tenant } = context;
  const id = `${vault}#accesspolicy/${objectId.toLowerCase()}${typeof applicationId === 'string' ? `/${applicationId.toLowerCase()}` : ''}/${index}`;
  const name = `access policy of ${objectId.toLowerCase()}`;
  builder.policy({
    id,
    provider: AZURE,
    name,
    type: 'access-policy',
    document: builder.document({ provider: AZURE, statements }),
    owner: vault,
  });
  const bodies: Json[] = [{ vault: 'policies' }];
  if (typeof applicationId === 'string' && applicationId !== '') {
    bodies.push({ unknown: `only by way of the application ${applicationId.toLowerCase()}` });
  }
  const isElsewhere = typeof tenantId === 'string' && tenantId.toLowerCase() !== tenant;
  builder.attachment({
    policy: id,
    node: vault,
    role: 'resource-grant',
    principals: {
      include: [
        {
          match: 'member',
          id: principals.name(objectId, isElsewhere ? { external: true } : {}),
          strength: 'sufficient',
        },
      ],
      exclude: [],
    },
    ...conditionOf(bodies),
    name,
  });
  return true;
}

function addUnread(vault: NodeId, why: string, { builder }: NormalizeContext): void {
  const id = `${vault}#accesspolicy/unread`;
  const document = builder.document({
    provider: AZURE,
    statements: [
      {
        effect: 'allow',
        actions: { include: KINDS.flatMap(allVaultActions), exclude: [] },
        index: 0,
        undecidable: why,
      },
    ],
  });
  builder.policy({ id, provider: AZURE, name: 'access policies', type: 'access-policy', document, owner: vault });
  builder.attachment({
    policy: id,
    node: vault,
    role: 'resource-grant',
    principals: ANY_PRINCIPAL,
    ...conditionOf([{ vault: 'policies' }]),
  });
  builder.gap({ scope: vault, what: 'access policies', why, kind: 'not-collected' });
}
