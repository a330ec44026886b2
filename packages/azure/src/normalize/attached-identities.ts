import type { Certainty, NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureResource } from '../bundle/azure-input.ts';
import { AZURE, attachmentCredentialId, tenantId } from './azure-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** An identity that code running in a resource has tokens of. */
export interface AttachedIdentity {
  readonly objectId: string;
  readonly assignment: 'system' | 'user';
  /** Id of the user-assigned identity, lower case. */
  readonly resource?: string;
  readonly clientId?: string;
  /** Absent: sure. */
  readonly certainty?: Exclude<Certainty, 'allow'>;
}

/** Identities of a resource, and what of them is unknown. */
export interface AttachedIdentities {
  readonly runsAs: readonly AttachedIdentity[];
  /** Object id of the identity by which a cluster manages itself, which pods do not reach. */
  readonly control?: string;
  /** Ids of user-assigned identities whose object ids nobody tells. */
  readonly unresolved: readonly string[];
}

const CLUSTERS = 'microsoft.containerservice/managedclusters';

/**
 * Identities that a resource runs as, in every form of azure.md 4.3. Of clusters those that nodes have: the kubelet's, and those of
 * add-ons, whose tokens pods reach by the metadata service unless it is closed to them.
 */
export function attachedIdentities(
  resource: AzureResource,
  id: NodeId,
  known: ReadonlyMap<string, string>,
): AttachedIdentities {
  const type = resource.type.toLowerCase();
  const unresolved: string[] = [];
  const found: AttachedIdentity[] = [];
  if (type === 'microsoft.managedidentity/userassignedidentities') {
    const objectId = known.get(id);
    if (objectId === undefined) return { runsAs: [], unresolved: [id] };
    const clientId = text(resource.properties['clientId']);
    return {
      runsAs: [{ objectId, assignment: 'user', resource: id, ...(clientId === undefined ? {} : { clientId }) }],
      unresolved,
    };
  }
  const { identity } = resource;
  const systemId = identity?.principalId;
  if (systemId !== undefined && systemId !== '') found.push({ objectId: systemId, assignment: 'system', resource: id });
  for (const { id: own, principalId, clientId } of identity?.userAssigned ?? []) {
    const objectId = principalId ?? known.get(own.toLowerCase());
    if (objectId === undefined) unresolved.push(own.toLowerCase());
    else {
      found.push({
        objectId,
        assignment: 'user',
        resource: own.toLowerCase(),
        ...(clientId === undefined ? {} : { clientId }),
      });
    }
  }
  if (type !== CLUSTERS) return { runsAs: distinct(found), unresolved: unresolved.sort() };
  const control = distinct(found)[0]?.objectId;
  return {
    runsAs: distinct(nodeIdentities(resource.properties)),
    ...(control === undefined ? {} : { control }),
    unresolved: unresolved.sort(),
  };
}

function nodeIdentities(properties: RawRecord): readonly AttachedIdentity[] {
  const found: AttachedIdentity[] = [];
  const note = (raw: unknown, certainty?: 'conditional'): void => {
    if (!isRecord(raw)) return;
    const objectId = text(raw['objectId']);
    const resource = text(raw['resourceId'])?.toLowerCase();
    const clientId = text(raw['clientId']);
    if (objectId === undefined) return;
    found.push({
      objectId,
      assignment: 'user',
      ...(resource === undefined ? {} : { resource }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(certainty === undefined ? {} : { certainty }),
    });
  };
  const profile = properties['identityProfile'];
  if (isRecord(profile)) {
    const kubelet = Object.keys(profile).find((key) => key.toLowerCase() === 'kubeletidentity');
    if (kubelet !== undefined) note(profile[kubelet]);
  }
  const addons = properties['addonProfiles'];
  if (isRecord(addons)) {
    for (const one of Object.values(addons)) if (isRecord(one)) note(one['identity'], 'conditional');
  }
  return found;
}

function distinct(identities: readonly AttachedIdentity[]): readonly AttachedIdentity[] {
  const byId = new Map<string, AttachedIdentity>();
  for (const one of identities) {
    const key = one.objectId.toLowerCase();
    const known = byId.get(key);
    // The surer of two ways.
    if (known === undefined || (known.certainty !== undefined && one.certainty === undefined)) byId.set(key, one);
  }
  return [...byId].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Adds edges to what a resource runs as, and a credential for each attachment (azure.md 2). */
export function addAttachedIdentities(
  id: NodeId,
  { runsAs, control, unresolved }: AttachedIdentities,
  { builder, principals, tenant, lastUse }: NormalizeContext,
): void {
  if (control !== undefined) principals.name(control, { type: 'managed-identity' });
  for (const { objectId, assignment, resource, clientId, certainty } of runsAs) {
    const to = principals.name(objectId, {
      type: 'managed-identity',
      assignment,
      ...(resource === undefined ? {} : { resource }),
      ...(clientId === undefined ? {} : { appId: clientId }),
    });
    builder.edge({ type: 'runs-as', from: id, to, ...(certainty === undefined ? {} : { certainty }) });
    // The identity as a resource is not attached to anything by being there.
    if (resource === id && assignment === 'user') continue;
    const credential = attachmentCredentialId(tenant, objectId, id);
    builder.node({
      kind: 'credential',
      id: credential,
      provider: AZURE,
      type: 'managed-identity-attachment',
      name: id.slice(id.lastIndexOf('/') + 1),
      scope: tenantId(tenant),
      status: 'active',
      lastUsed: lastUse.ofAttachment(objectId, id),
      static: false,
      attributes: { resource: id, assignment },
    });
    builder.edge({ type: 'authenticates', from: credential, to, ...(certainty === undefined ? {} : { certainty }) });
    builder.edge({ type: 'owned-by', from: credential, to: id });
  }
  for (const one of unresolved) {
    builder.gap({
      scope: id,
      what: 'attached identity',
      why: `the input does not tell the object id of \`${one.slice(0, 300)}\`; what it may do is left out here`,
      kind: 'not-collected',
    });
  }
}
