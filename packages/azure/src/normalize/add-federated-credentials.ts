import type { NodeId } from '@keyreach/core/graph';
import type { EntraFederatedCredential } from '../bundle/azure-input.ts';
import type { ApplicationDirectory, ApplicationInstance } from './application-directory.ts';
import { AZURE, credentialId, entraId, tenantId } from './azure-ids.ts';
import { expressionAllows, expressionIsOpen } from './claims-expression.ts';
import { distinctRecords } from './distinct-records.ts';
import { issuerName, tenantOfIssuer } from './entra-issuer.ts';
import { managedResource } from './managed-resource.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';

const APPLICATIONS = 'applications/';

/** Most pairs of a subject and an expression that are compared. */
const MOST_COMPARED = 1_000_000;

/** What a federated credential logs in as. */
interface TrustingOwner {
  /** Object id, or the id of a user-assigned identity whose object id nobody tells. */
  readonly key: string;
  /** Node of what it is on. */
  readonly node: NodeId;
  readonly instances: readonly ApplicationInstance[];
  readonly stop?: string;
}

/** A subject, or an expression that subjects match, with what trusts it. */
interface Trusted {
  readonly subject: NodeId;
  readonly issuer: string;
  readonly text: string;
  readonly isExpression: boolean;
  readonly instances: readonly ApplicationInstance[];
}

/** Adds federated credentials of applications and user-assigned identities, and the subjects they trust (azure.md 2). */
export function addFederatedCredentials(context: NormalizeContext, directory: ApplicationDirectory): void {
  const credentials = distinctCredentials(context.input.federatedCredentials?.items);
  if (credentials.length === 0) return;
  const owners = new Owners(context, directory);
  const trusted: Trusted[] = [];
  for (const credential of credentials) {
    const owner = owners.of(credential.parent);
    addCredential(credential, owner, context);
    const text = credential.subject ?? credential.claimsMatchingExpression?.value;
    if (text === undefined || owner.stop !== undefined) continue;
    const isExpression = credential.subject === undefined;
    const subject = addSubject(credential.issuer, text, isExpression, context);
    trusted.push({ subject, issuer: issuerName(credential.issuer), text, isExpression, instances: owner.instances });
  }
  for (const one of trusted) addTrust(one.subject, one.instances, context);
  addMatching(trusted, context);
}

/** Ids of federated credentials are unique below their parent only. */
function distinctCredentials(
  items: readonly EntraFederatedCredential[] | undefined,
): readonly EntraFederatedCredential[] {
  const keyed = (items ?? []).map((credential) => ({ id: `${credential.parent}\n${credential.id}`, credential }));
  return distinctRecords(keyed).map(({ credential }) => credential);
}

/** Finds what a federated credential is on. */
class Owners {
  readonly #context: NormalizeContext;
  readonly #directory: ApplicationDirectory;
  readonly #appIds = new Map<string, string>();
  readonly #identities = new Map<string, string>();

  constructor(context: NormalizeContext, directory: ApplicationDirectory) {
    this.#context = context;
    this.#directory = directory;
    for (const { id, appId } of directory.applications) this.#appIds.set(id.toLowerCase(), appId);
    for (const { id, type, properties } of context.distinct.of(context.input.resources)) {
      if (type.toLowerCase() !== 'microsoft.managedidentity/userassignedidentities') continue;
      const principal = properties['principalId'];
      if (typeof principal === 'string') this.#identities.set(id.toLowerCase(), principal);
    }
    for (const one of directory.servicePrincipals) {
      const { resource, assignment } = managedResource(one);
      if (resource !== undefined && assignment === 'user') this.#identities.set(resource, one.id);
    }
  }

  of(parent: string): TrustingOwner {
    return parent.startsWith('/') ? this.#identity(parent.toLowerCase()) : this.#application(parent);
  }

  #application(parent: string): TrustingOwner {
    const key = parent.toLowerCase().startsWith(APPLICATIONS) ? parent.slice(APPLICATIONS.length) : parent;
    const node = entraId(this.#context.tenant, key);
    const appId = this.#appIds.get(key.toLowerCase());
    if (appId === undefined) return { key, node, instances: [] };
    const instances = [...this.#directory.instancesOf(appId), ...this.#directory.agentsOf(appId)];
    const isOff = this.#directory.application(appId)?.isDisabled === true;
    return { key, node, instances, ...(isOff ? { stop: 'APPLICATION_DISABLED' } : stopOf(instances)) };
  }

  #identity(resource: string): TrustingOwner {
    const objectId = this.#identities.get(resource);
    if (objectId === undefined) return { key: resource, node: resource, instances: [] };
    const id = this.#context.principals.name(objectId, { type: 'managed-identity', assignment: 'user', resource });
    const one = this.#context.builder.get(id);
    const enabled = one?.attributes?.['accountEnabled'];
    const instances = [{ id, listed: true, ...(typeof enabled === 'boolean' ? { accountEnabled: enabled } : {}) }];
    return { key: objectId, node: resource, instances, ...stopOf(instances) };
  }
}

function stopOf(instances: readonly ApplicationInstance[]): { readonly stop?: string } {
  const isOff = instances.length > 0 && instances.every(({ accountEnabled }) => accountEnabled === false);
  return isOff ? { stop: 'SERVICE_PRINCIPAL_DISABLED' } : {};
}

function addCredential(
  { id, name, issuer, subject, audiences, claimsMatchingExpression: expression }: EntraFederatedCredential,
  { key, node, instances, stop }: TrustingOwner,
  { builder, tenant, lastUse }: NormalizeContext,
): void {
  const credential = credentialId(tenant, key, lastPart(id));
  builder.node({
    kind: 'credential',
    id: credential,
    provider: AZURE,
    type: 'federated-identity-credential',
    name: name ?? lastPart(id),
    scope: tenantId(tenant),
    status: stop === undefined ? 'active' : 'disabled',
    lastUsed: lastUse.of(lastPart(id)),
    publicId: lastPart(id),
    static: false,
    attributes: toldFacts({
      owner: node,
      issuer,
      subject,
      expression: expression?.value,
      audiences: [...audiences].sort(),
      disableReason: stop,
    }),
  });
  if (builder.has(node)) builder.edge({ type: 'owned-by', from: credential, to: node });
  for (const { id: to, listed } of instances) {
    builder.edge({ type: 'authenticates', from: credential, to, ...(listed ? {} : { certainty: 'unknown' }) });
  }
  if (instances.length > 0) return;
  builder.gap({
    scope: node,
    what: 'owner of a federated credential',
    why: `the input does not tell as which identity \`${(name ?? id).slice(0, 300)}\` logs in`,
    kind: 'not-collected',
  });
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The node of whoever has a subject: an identity of the tenant where the issuer is the tenant (azure.md 2). */
function addSubject(issuer: string, text: string, isExpression: boolean, context: NormalizeContext): NodeId {
  const { tenant, principals, builder } = context;
  if (!isExpression && tenantOfIssuer(issuer) === tenant) return principals.name(text);
  const name = issuerName(issuer);
  const id = `federated:${name}#${text}`;
  const open = isExpression && expressionIsOpen(name, text);
  builder.node({
    kind: 'identity',
    id,
    provider: AZURE,
    type: 'federated-subject',
    name: text,
    external: true,
    attributes: {
      issuer: name,
      ...(isExpression ? { expression: text } : { subject: text }),
      ...(open === false ? {} : { openToStrangers: open }),
    },
  });
  return id;
}

function addTrust(from: NodeId, instances: readonly ApplicationInstance[], { builder }: NormalizeContext): void {
  for (const { id: to, listed, accountEnabled } of instances) {
    if (accountEnabled === false || from === to) continue;
    builder.edge({ type: 'federates', from, to, ...(listed ? {} : { certainty: 'unknown' }) });
  }
}

/** Single subjects that an expression lets in, surely or perhaps. */
function addMatching(trusted: readonly Trusted[], { builder, tenant }: NormalizeContext): void {
  const subjects = new Map<string, Map<string, NodeId>>();
  for (const { issuer, text, subject, isExpression } of trusted) {
    if (isExpression) continue;
    const of = subjects.get(issuer) ?? new Map();
    subjects.set(issuer, of.set(text, subject));
  }
  let compared = 0;
  for (const { issuer, text, isExpression, instances } of trusted) {
    if (!isExpression) continue;
    for (const [subject, from] of subjects.get(issuer) ?? []) {
      compared += 1;
      if (compared > MOST_COMPARED) {
        builder.gap({
          scope: tenantId(tenant),
          what: 'federated credentials',
          why: 'there are too many subjects and expressions to compare; which subjects an expression lets in is not all told',
        });
        return;
      }
      const allowed = expressionAllows(text, subject);
      if (allowed === false) continue;
      for (const { id: to, listed, accountEnabled } of instances) {
        if (accountEnabled === false) continue;
        const isSure = allowed === true && listed;
        builder.edge({ type: 'federates', from, to, ...(isSure ? {} : { certainty: 'unknown' }) });
      }
    }
  }
}
