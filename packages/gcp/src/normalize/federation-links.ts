import { globMatch } from '@keyreach/core/authz';
import type { Certainty, CredentialNode, Graph, GraphEdge, IdentityNode, Json, NodeId } from '@keyreach/core/graph';
import { mergeGraphs } from '@keyreach/core/graph';
import type { ClaimTruth, ClaimValue } from './federation/claim-value.ts';
import { awsToken, entraTenant, entraToken, GOOGLE_ISSUER, googleToken, issuerName } from './federation/issuers.ts';
import { type PoolMember, readPoolMember } from './federation/pool-member.ts';
import { type TokenMapping, tokenIs, tokenMapping } from './federation/token-mapping.ts';
import { GCP } from './gcp-ids.ts';

/**
 * The graph with `federates` edges from identities to the subjects and sets of pools that their tokens become (gcp.md 2), across
 * clouds where the graph holds several: roles and users of AWS to pools with a provider for their account, machine identities
 * of Entra ID to pools that trust their tenant, Google service accounts to pools, and to subjects of other clouds, that trust `accounts.google.com`.
 *
 * The mapping of each provider is run on the token the identity would have. Where that depends on what the caller chooses
 * (the name of a session) the edge is `conditional`, where on a claim the graph does not tell, `unknown`.
 *
 * @example
 * ```ts
 * const estate = linkFederation(mergeGraphs([aws, gcp]));
 * ```
 */
export function linkFederation(graph: Graph): Graph {
  const identities = graph.nodes.filter((node): node is IdentityNode => node.kind === 'identity');
  const providers = graph.nodes.flatMap((node) => {
    const provider = node.kind === 'credential' ? providerOf(node) : undefined;
    return provider === undefined ? [] : [provider];
  });
  const edges: GraphEdge[] = [...linksToPools(identities, providers), ...linksFromGoogle(identities)];
  if (edges.length === 0) return graph;
  return mergeGraphs([
    graph,
    {
      schema: graph.schema,
      nodes: [],
      edges,
      documents: [],
      policies: [],
      attachments: [],
      usage: [],
      observations: [],
      gaps: [],
    },
  ]);
}

/** A provider of a pool, as its node in the graph tells. */
interface LinkedProvider {
  readonly pool: NodeId;
  readonly mapping: TokenMapping;
  readonly awsAccountId?: string;
  readonly issuer?: string;
}

function providerOf({ provider, type, status, attributes = {} }: CredentialNode): LinkedProvider | undefined {
  if (provider !== GCP || type !== 'workload-identity-provider') return undefined;
  // Disabled providers give no new tokens.
  if (status !== 'active' && status !== 'unknown') return undefined;
  const { pool, kind, awsAccountId, issuer, attributeMapping, attributeCondition, ownKeys } = attributes;
  if (typeof pool !== 'string') return undefined;
  const aws = kind === 'aws' ? { aws: {} } : {};
  const mapping = tokenMapping({ ...aws, attributeMapping, attributeCondition });
  return {
    pool,
    mapping,
    ...(kind === 'aws' && typeof awsAccountId === 'string' ? { awsAccountId } : {}),
    ...(kind === 'oidc' && typeof issuer === 'string' && ownKeys !== true ? { issuer } : {}),
  };
}

function linksToPools(identities: readonly IdentityNode[], providers: readonly LinkedProvider[]): readonly GraphEdge[] {
  if (providers.length === 0) return [];
  const members = new Map<NodeId, (readonly [NodeId, PoolMember])[]>();
  for (const { id, provider, attributes } of identities) {
    const pool = attributes?.['pool'];
    if (provider !== GCP || typeof pool !== 'string' || attributes?.['poolState'] !== undefined) continue;
    const member = readPoolMember(id, () => undefined);
    if (member === undefined) continue;
    const of = members.get(pool) ?? [];
    of.push([id, member]);
    members.set(pool, of);
  }
  const byAccount = grouped(providers, ({ awsAccountId }) => awsAccountId);
  const ofGoogle = providers.filter(({ issuer }) => issuer !== undefined && issuerName(issuer) === GOOGLE_ISSUER);
  const byTenant = grouped(providers, ({ issuer }) => (issuer === undefined ? undefined : entraTenant(issuer)));
  const trustingOf = (identity: IdentityNode): readonly LinkedProvider[] | undefined => {
    if (identity.provider === 'aws') return byAccount.get(accountOf(identity));
    if (identity.provider === 'azure') return byTenant.get(tenantOf(identity));
    return isAccount(identity) ? ofGoogle : [];
  };
  return identities.flatMap((identity) => {
    const trusting = trustingOf(identity);
    if (trusting === undefined || trusting.length === 0) return [];
    const token = tokenOf(identity);
    if (token === undefined) return [];
    return trusting.flatMap(({ pool, mapping }) => {
      const mapped = mapping.map(token);
      return (members.get(pool) ?? []).flatMap(([to, member]) => link(identity.id, to, tokenIs(mapped, member)));
    });
  });
}

function link(from: NodeId, to: NodeId, truth: ClaimTruth): readonly GraphEdge[] {
  if (truth === 'no') return [];
  const certainty: Certainty = truth === 'yes' ? 'allow' : truth;
  return [{ type: 'federates', from, to, ...(certainty === 'allow' ? {} : { certainty }) }];
}

function tokenOf(identity: IdentityNode): ClaimValue | undefined {
  switch (identity.provider) {
    case 'aws':
      return tokenOfAws(identity);
    case 'azure':
      return tokenOfEntra(identity);
    default:
      return tokenOfGoogle(identity);
  }
}

/** Types of Entra ID whose tokens have their object id as subject; that of a user differs from one application to another. */
const ENTRA_MACHINES: ReadonlySet<string> = new Set(['service-principal', 'managed-identity', 'agent']);

const ENTRA = 'entra:';

function tenantOf({ scope }: IdentityNode): string {
  return scope?.startsWith(ENTRA) === true ? scope.slice(ENTRA.length) : '';
}

function tokenOfEntra(identity: IdentityNode): ClaimValue | undefined {
  const { objectId, appId, accountEnabled } = identity.attributes ?? {};
  if (!ENTRA_MACHINES.has(identity.type) || typeof objectId !== 'string' || accountEnabled === false) return undefined;
  return entraToken({ tenant: tenantOf(identity), objectId, ...(typeof appId === 'string' ? { appId } : {}) });
}

function accountOf({ attributes }: IdentityNode): string {
  const account = attributes?.['accountId'];
  return typeof account === 'string' ? account : '';
}

/** The token of a role or user of AWS; of what is neither nothing is known. */
function tokenOfAws({ id, type, providerManaged, external, attributes }: IdentityNode): ClaimValue | undefined {
  if (providerManaged === true || external === true) return undefined;
  const [, partition, accountId, name] =
    /^arn:(aws[a-z-]*):iam::(\d{12}):(?:role|user)\/(?:.*\/)?([^/]+)$/.exec(id) ?? [];
  if (partition === undefined || accountId === undefined || name === undefined) return undefined;
  if (attributes?.['accountId'] !== accountId) return undefined;
  if (type === 'role') return awsToken({ accountId, partition, role: name });
  return type === 'user' ? awsToken({ accountId, partition, arn: id }) : undefined;
}

/** A service account that somebody can be: agents of Google ask for no tokens on behalf of a customer. */
function isAccount({ provider, type, attributes }: IdentityNode): boolean {
  return provider === GCP && type === 'service-account' && attributes?.['disabled'] !== true;
}

function tokenOfGoogle({ attributes }: IdentityNode): ClaimValue | undefined {
  const { email, uniqueId } = attributes ?? {};
  if (typeof email !== 'string') return undefined;
  return googleToken({ email, ...(typeof uniqueId === 'string' ? { uniqueId } : {}) });
}

/** Subjects of other clouds that are tokens of Google: the subject is the unique id of a service account. */
function linksFromGoogle(identities: readonly IdentityNode[]): readonly GraphEdge[] {
  const subjects = identities.flatMap((node) => {
    const { issuer, claims, providerMissing } = node.attributes ?? {};
    const trusts = typeof issuer === 'string' && issuerName(issuer) === GOOGLE_ISSUER && providerMissing !== true;
    if (node.provider === GCP || node.type !== 'federated-subject' || !trusts) return [];
    const hash = node.id.indexOf('#');
    return hash < 0 ? [] : [{ id: node.id, pattern: node.id.slice(hash + 1), claims: claims ?? {} }];
  });
  if (subjects.length === 0) return [];
  return identities.filter(isAccount).flatMap((account) => {
    const { uniqueId, email } = account.attributes ?? {};
    return subjects.flatMap(({ id, pattern, claims }) => {
      const truth = (value: Json | undefined, wanted: Json | undefined): ClaimTruth => {
        if (wanted === undefined) return 'yes';
        const patterns = Array.isArray(wanted) ? wanted : [wanted];
        if (patterns.includes('*')) return 'yes';
        if (typeof value !== 'string') return 'unknown';
        return patterns.some((one) => typeof one === 'string' && globMatch(one, value)) ? 'yes' : 'no';
      };
      const told = typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims : {};
      // What AWS calls `aud` is the authorized party, which for a service account is itself; `oaud` it may choose.
      const truths = [
        truth(uniqueId, pattern),
        truth(uniqueId, field(told, 'aud')),
        truth(uniqueId, field(told, 'azp')),
        truth(email, field(told, 'email')),
      ];
      return link(account.id, id, least(truths));
    });
  });
}

function field(claims: object, name: string): Json | undefined {
  return Object.hasOwn(claims, name) ? (claims as Readonly<Record<string, Json>>)[name] : undefined;
}

function least(truths: readonly ClaimTruth[]): ClaimTruth {
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    group.push(item);
    groups.set(key, group);
  }
  return groups;
}
