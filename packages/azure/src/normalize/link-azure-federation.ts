import { globMatch } from '@keyreach/core/authz';
import type {
  CredentialNode,
  Gap,
  Graph,
  GraphEdge,
  GraphNode,
  IdentityNode,
  Json,
  NodeId,
} from '@keyreach/core/graph';
import { mergeGraphs } from '@keyreach/core/graph';
import { AZURE, entraId, tenantId } from './azure-ids.ts';
import { expressionAllows } from './claims-expression.ts';
import { issuerName, tenantOfIssuer } from './entra-issuer.ts';

/** Types of identities whose tokens have their object id as subject; that of a user differs from one application to another. */
const MACHINES: ReadonlySet<string> = new Set(['service-principal', 'managed-identity', 'agent']);

/**
 * The graph with the ways between tenants and clouds that no input tells alone (azure.md 2): `federates` from machine identities
 * of a tenant to the subjects that trust the tenant as an issuer, in other clouds and in other tenants; and of an application
 * of one tenant what logs in as it, to its service principals in the others; and from subjects that other clouds trust to the expressions
 * of federated credentials that let them in.
 *
 * Identities of other clouds join the subjects of federated credentials by the linking of those clouds.
 *
 * @example
 * ```ts
 * const estate = linkAzureFederation(mergeGraphs([aws, azure]));
 * ```
 */
export function linkAzureFederation(graph: Graph): Graph {
  const expressions = linksToExpressions(graph.nodes);
  const edges = [...linksFromTenants(graph.nodes), ...linksToInstances(graph.nodes), ...expressions.edges];
  if (edges.length === 0 && expressions.gaps.length === 0) return graph;
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
      gaps: expressions.gaps,
    },
  ]);
}

function linksFromTenants(nodes: readonly GraphNode[]): readonly GraphEdge[] {
  const subjects = new Map<NodeId, IdentityNode[]>();
  for (const node of nodes) {
    if (node.kind !== 'identity' || node.type !== 'federated-subject') continue;
    const { issuer, providerMissing } = node.attributes ?? {};
    const tenant = typeof issuer === 'string' && providerMissing !== true ? tenantOfIssuer(issuer) : undefined;
    if (tenant === undefined) continue;
    const of = subjects.get(tenantId(tenant)) ?? [];
    of.push(node);
    subjects.set(tenantId(tenant), of);
  }
  if (subjects.size === 0) return [];
  return nodes.flatMap((node) => {
    if (!isMachine(node) || node.scope === undefined) return [];
    const trusting = subjects.get(node.scope);
    const objectId = node.attributes?.['objectId'];
    if (trusting === undefined || typeof objectId !== 'string') return [];
    // Nobody has tokens of one that is disabled.
    if (node.attributes?.['accountEnabled'] === false) return [];
    return trusting.flatMap((subject): readonly GraphEdge[] => {
      const truth = isSubject(subject, objectId, node);
      if (truth === false) return [];
      return [
        { type: 'federates', from: node.id, to: subject.id, ...(truth === true ? {} : { certainty: 'unknown' }) },
      ];
    });
  });
}

function isMachine(node: GraphNode): node is IdentityNode {
  return node.kind === 'identity' && node.provider === AZURE && MACHINES.has(node.type);
}

/** Whether the tokens of an identity are of a subject; undefined where the input does not tell. */
function isSubject(subject: IdentityNode, objectId: string, { attributes = {} }: IdentityNode): boolean | undefined {
  const own = subject.attributes ?? {};
  if (subject.provider === AZURE) {
    if (typeof own['expression'] === 'string') return expressionAllows(own['expression'], objectId);
    return own['subject'] === objectId;
  }
  const hash = subject.id.indexOf('#');
  if (hash < 0 || !globMatch(subject.id.slice(hash + 1), objectId)) return false;
  // The caller chooses for which application its token is; whether it may have one for that is not told.
  const claims = own['claims'];
  const told = typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? Object.entries(claims) : [];
  let truth: boolean | undefined = true;
  for (const [name, wanted] of told) {
    const patterns = Array.isArray(wanted) ? wanted : [wanted];
    if (patterns.includes('*')) continue;
    const value = claimOf(name, objectId, attributes);
    if (value === undefined) truth = undefined;
    else if (!patterns.some((one) => typeof one === 'string' && globMatch(one, value))) return false;
  }
  return truth;
}

function claimOf(name: string, objectId: string, { appId }: Readonly<Record<string, Json>>): string | undefined {
  if (name === 'sub' || name === 'oid') return objectId;
  return (name === 'azp' || name === 'appid') && typeof appId === 'string' ? appId : undefined;
}

/** Most pairs of a subject and an expression of one issuer that are compared. */
const MOST_COMPARED = 1_000_000;

/** Subjects of a tenant's own federated credentials are matched with its expressions where they are read. */
function linksToExpressions(nodes: readonly GraphNode[]): {
  readonly edges: readonly GraphEdge[];
  readonly gaps: readonly Gap[];
} {
  const expressions = new Map<string, { readonly id: NodeId; readonly text: string }[]>();
  const subjects = new Map<string, { readonly id: NodeId; readonly text: string }[]>();
  for (const { kind, id, type, provider, attributes } of nodes) {
    const { issuer, expression, providerMissing } = attributes ?? {};
    if (kind !== 'identity' || type !== 'federated-subject' || typeof issuer !== 'string') continue;
    const text = typeof expression === 'string' ? expression : id.slice(id.indexOf('#') + 1);
    // A pattern is somebody of several, and nobody knows who.
    const isSingle = provider !== AZURE && providerMissing !== true && !/[*?]/.test(text);
    if (typeof expression !== 'string' && !isSingle) continue;
    const of = typeof expression === 'string' ? expressions : subjects;
    const known = of.get(issuer);
    if (known === undefined) of.set(issuer, [{ id, text }]);
    else known.push({ id, text });
  }
  const edges: GraphEdge[] = [];
  const gaps: Gap[] = [];
  for (const [issuer, asking] of expressions) {
    const of = subjects.get(issuer) ?? [];
    if (of.length * asking.length > MOST_COMPARED) {
      const why =
        'there are too many subjects and expressions to compare; which subjects an expression lets in is not all told';
      gaps.push({ scope: issuer, what: 'federated credentials', why });
      continue;
    }
    for (const { id: from, text } of of) {
      for (const { id: to, text: expression } of asking) {
        const truth = expressionAllows(expression, text);
        if (truth === false) continue;
        edges.push({ type: 'federates', from, to, ...(truth === true ? {} : { certainty: 'unknown' }) });
      }
    }
  }
  return { edges, gaps };
}

/** What logs in as an application logs in to each tenant that has a service principal of it (azure.md 2). */
function linksToInstances(nodes: readonly GraphNode[]): readonly GraphEdge[] {
  const instances = new Map<string, IdentityNode[]>();
  for (const node of nodes) {
    const { appId, appOwnerTenant, foreign, accountEnabled } = node.attributes ?? {};
    if (!isMachine(node) || foreign !== true || accountEnabled === false) continue;
    if (typeof appId !== 'string' || typeof appOwnerTenant !== 'string') continue;
    const key = `${tenantId(appOwnerTenant)} ${appId}`;
    instances.set(key, [...(instances.get(key) ?? []), node]);
  }
  if (instances.size === 0) return [];
  const byApplication = new Map<NodeId, readonly IdentityNode[]>();
  for (const { id, provider, type, scope, attributes } of nodes) {
    if (provider !== AZURE || type !== 'application') continue;
    const found = instances.get(`${scope ?? ''} ${String(attributes?.['appId'])}`);
    if (found !== undefined && attributes?.['isDisabled'] !== true) byApplication.set(id, found);
  }
  const edges: GraphEdge[] = [];
  for (const [from, found] of byApplication) {
    for (const { id: to } of found) edges.push({ type: 'runs-as', from, to });
  }
  for (const node of nodes) {
    const owner = node.attributes?.['owner'];
    if (node.kind !== 'credential' || node.provider !== AZURE || typeof owner !== 'string') continue;
    if (node.type === 'saml-signing') continue;
    for (const { id: to } of byApplication.get(owner) ?? []) {
      edges.push({ type: 'authenticates', from: node.id, to });
      const subject = subjectOf(node);
      if (subject !== undefined && subject !== to) edges.push({ type: 'federates', from: subject, to });
    }
  }
  const known = new Set(nodes.map(({ id }) => id));
  return edges.filter(({ from }) => known.has(from));
}

/** The node of whom a federated credential trusts. */
function subjectOf({ type, scope, attributes = {} }: CredentialNode): NodeId | undefined {
  const { issuer, subject, expression } = attributes;
  if (type !== 'federated-identity-credential' || typeof issuer !== 'string') return undefined;
  const text = typeof subject === 'string' ? subject : expression;
  if (typeof text !== 'string') return undefined;
  const tenant = tenantOfIssuer(issuer);
  const isOwn = typeof subject === 'string' && tenant !== undefined && tenantId(tenant) === scope;
  return isOwn ? entraId(tenant, subject) : `federated:${issuerName(issuer)}#${text}`;
}
