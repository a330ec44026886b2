import { AuthorizationModel, type PrincipalClass, type PrincipalFacts } from '@keyreach/core/authz';
import {
  type AttachmentRole,
  GraphBuilder,
  GraphIndex,
  type GraphNode,
  type IdentityNode,
  type NodeId,
  type ScopeNode,
  type Selector,
  type Statement,
} from '@keyreach/core/graph';
import { AWS } from '../normalize/aws-ids.ts';
import type { CompiledPolicy } from '../normalize/policy-document.ts';
import { TRUST_ACTIONS } from '../normalize/trust-actions.ts';
import { type Addressee, addressedStatements, cappingStatements } from './addressed-statements.ts';
import { type Caller, callerNode } from './caller.ts';
import { EstateScopes } from './estate-scopes.ts';
import type { PolicyPlace, PolicySet, ReadPolicy } from './policy-set.ts';
import type { RequestPlace } from './request-place.ts';
import type { PolicyPart } from './simulated-policies.ts';
import type { OrganizationFacts } from './simulated-request.ts';
import { simulationSemantics } from './simulation-semantics.ts';

/** Who asks, and from where. */
export interface EstateCaller {
  readonly caller: Caller;
  /** Kind of session; undefined where any is possible. */
  readonly session: string | undefined;
  readonly organization: OrganizationFacts | null | undefined;
}

/** Where the resource stands. */
export interface EstateResource {
  readonly kind: RequestPlace['kind'];
  readonly account: string | undefined;
  readonly partition: string;
  readonly organization: OrganizationFacts | null | undefined;
  /** `boundary` as a user or role has it, for requests about one. */
  readonly itself?: { readonly id: string; readonly boundary: string | null };
}

/** What became of a part of the policies in one evaluation. */
export type GuardrailState = 'evaluated' | 'none' | 'not given' | 'not applicable';

/** A statement of a merged document: the policy it is from, and its place there. */
export interface MergedStatement {
  readonly place: PolicyPlace;
  readonly index: number;
}

/** A small estate that holds just the caller, the resource and the policies: what the engine decides on. */
export interface SimulationEstate {
  readonly model: AuthorizationModel;
  readonly principal: PrincipalFacts;
  readonly class: PrincipalClass | undefined;
  readonly node: GraphNode | undefined;
  readonly scopes: readonly ScopeNode[];
  readonly guardrails: Readonly<Record<PolicyPart, GuardrailState>>;
  /** Policies by their id in the graph. */
  readonly places: ReadonlyMap<string, PolicyPlace>;
  /** Statements of the session policies, which are one document, by their place in it. */
  readonly merged: readonly MergedStatement[];
  readonly assumptions: readonly string[];
}

/** The resource as a node of the estate. */
interface EstateNode {
  readonly id: NodeId;
  readonly scope: NodeId;
}

/** Policy id of all session policies together. */
export const SESSION = 'session';
/** Policy id of the VPC endpoint's policy. */
export const ENDPOINT = 'vpc-endpoint';

const EVERYTHING: readonly Statement[] = [
  {
    effect: 'allow',
    actions: { include: ['*'], exclude: [] },
    resources: { include: ['*'], exclude: [] },
    index: 0,
  },
];

/** Actions that only the policy of a KMS key can open (aws.md 1.6). */
const KEY_ACTIONS: Selector = { include: ['kms:*'], exclude: [] };

/** Makes the estate of one caller and one place of the resource. */
export function simulationEstate(policies: PolicySet, by: EstateCaller, on: EstateResource): SimulationEstate {
  return new EstateBuilder(policies, by, on).build();
}

class EstateBuilder {
  readonly #policies: PolicySet;
  readonly #by: EstateCaller;
  readonly #on: EstateResource;
  readonly #graph = new GraphBuilder();
  readonly #scopes: EstateScopes;
  readonly #places = new Map<string, PolicyPlace>();
  readonly #states = new Map<PolicyPart, GuardrailState>();
  readonly #assumptions: string[] = [];
  #merged: readonly MergedStatement[] = [];

  constructor(policies: PolicySet, by: EstateCaller, on: EstateResource) {
    this.#policies = policies;
    this.#by = by;
    this.#on = on;
    this.#scopes = new EstateScopes(this.#graph, Math.max(policies.scps?.length ?? 0, policies.rcps?.length ?? 0));
  }

  build(): SimulationEstate {
    const { caller, session } = this.#by;
    const own =
      'account' in caller ? this.#scopes.account(caller.account, caller.partition, this.#by.organization) : undefined;
    const node = this.#caller(own);
    const resource = this.#resource(own, node);
    if (own !== undefined) {
      this.#identity(node.id);
      this.#guards(node.id);
    }
    this.#scps(own, node.providerManaged === true);
    this.#rcps(resource?.scope, node.providerManaged === true);
    const to: Addressee = { caller, node: node.id, bounded: this.#states.get('boundary') === 'evaluated' };
    this.#resourcePolicy(resource, own, to);
    this.#endpoint(resource, to);

    const index = new GraphIndex(this.#graph.build());
    const model = new AuthorizationModel(index, [simulationSemantics()]);
    const principal = session === undefined ? model.factsOf(node) : model.sessionFacts(node, session);
    const target = resource === undefined ? undefined : index.node(resource.id);
    const state = (part: PolicyPart): GuardrailState => this.#states.get(part) ?? 'not applicable';
    return {
      model,
      principal,
      class: own === undefined ? undefined : model.classFor(principal, []),
      node: target,
      scopes: target === undefined ? [] : index.scopesOf(target.id),
      guardrails: {
        identity: state('identity'),
        boundary: state('boundary'),
        session: state('session'),
        scps: state('scps'),
        rcps: state('rcps'),
        resource: state('resource'),
        vpcEndpoint: state('vpcEndpoint'),
      },
      places: this.#places,
      merged: this.#merged,
      assumptions: this.#assumptions,
    };
  }

  #caller(scope: NodeId | undefined): IdentityNode {
    const { attributes, ...plain } = callerNode(this.#by.caller);
    const { itself } = this.#on;
    // A caller may act on itself: then the boundary of the target is told of it.
    const facts = itself?.id === plain.id ? { ...attributes, boundary: itself.boundary } : attributes;
    const node: IdentityNode = {
      ...plain,
      ...(facts === undefined ? {} : { attributes: facts }),
      ...(scope === undefined ? {} : { scope }),
    };
    this.#graph.node(node);
    return node;
  }

  #resource(own: NodeId | undefined, caller: IdentityNode): EstateNode | undefined {
    const { kind, account, partition, organization, itself } = this.#on;
    if (kind === 'none' && (this.#policies.vpcEndpoint ?? null) === null) return undefined;
    const scope =
      kind === 'none'
        ? this.#scopes.noAccount()
        : account === undefined
          ? (own ?? this.#scopes.unknownAccount(organization))
          : this.#scopes.account(account, partition, organization);
    const id = itself?.id ?? 'resource';
    if (id !== caller.id) {
      const attributes = itself === undefined ? {} : { boundary: itself.boundary };
      this.#graph.node({ kind: 'resource', id, provider: AWS, type: 'resource', name: 'resource', scope, attributes });
    }
    return { id, scope };
  }

  #identity(node: NodeId): void {
    const { identity } = this.#policies;
    if (this.#by.caller.kind === 'root') {
      this.#add('root', { statements: EVERYTHING }, { part: 'identity', name: 'root user' });
      this.#attach('root', node, 'identity-grant');
      return;
    }
    this.#states.set('identity', stateOf(identity));
    if (identity === undefined) {
      const why = 'the policies that the principal holds are not given';
      this.#add('identity', { unreadable: why, mayDeny: false }, { part: 'identity', name: 'policies not given' });
      this.#attach('identity', node, 'identity-grant');
      return;
    }
    for (const [index, policy] of identity.entries()) {
      this.#addRead(`identity ${index}`, policy);
      this.#attach(`identity ${index}`, node, 'identity-grant');
    }
  }

  /** The caps of the caller's own: boundary and session policies (aws.md 1.3 step 5); what its kind of session lets pass the model adds. */
  #guards(node: NodeId): void {
    const { boundary, session } = this.#policies;
    const { kind } = this.#by.caller;
    if (kind !== 'root') {
      this.#states.set('boundary', stateOf(boundary));
      if (boundary !== undefined && boundary !== null) {
        this.#addRead('boundary', boundary);
        this.#attach('boundary', node, 'identity-guard');
      }
    }
    if (kind === 'user') {
      // Long-term keys and GetSessionToken take no session policy (aws.md 1.4).
      if (session !== undefined && session.length > 0) {
        this.#assumptions.push('session policies are given and the principal is a user: they are not applied');
      }
      return;
    }
    this.#states.set('session', stateOf(session));
    this.#session(node, session, kind === 'federated-user');
  }

  #session(node: NodeId, session: readonly ReadPolicy[] | undefined, federated: boolean): void {
    if (session === undefined || session.length === 0) {
      if (!federated) return;
      // Without a session policy a federated session has no permissions of its own (aws.md 1.3 step 5b).
      const place: PolicyPlace = { part: 'session', name: session === undefined ? 'policies not given' : 'no policy' };
      const why = 'the policy of the federated session is not given';
      this.#add(SESSION, session === undefined ? { unreadable: why, mayDeny: false } : { statements: [] }, place);
      this.#attach(SESSION, node, 'identity-guard');
      return;
    }
    const statements: Statement[] = [];
    const merged: MergedStatement[] = [];
    let unreadable: string | undefined;
    for (const { place, compiled } of session) {
      if ('unreadable' in compiled) {
        unreadable ??= `${place.name}: ${compiled.unreadable}`;
        continue;
      }
      for (const statement of compiled.statements) {
        merged.push({ place, index: statement.index });
        statements.push({ ...statement, index: statements.length });
      }
    }
    this.#merged = merged;
    const text = unreadable === undefined ? { statements } : { statements, unreadable };
    this.#add(SESSION, text, { part: 'session', name: 'session policies' });
    this.#attach(SESSION, node, 'identity-guard');
  }

  #scps(own: NodeId | undefined, serviceLinked: boolean): void {
    const { scps } = this.#policies;
    const { caller, organization } = this.#by;
    const spared =
      organization === null || isManagement(organization, 'account' in caller ? caller.account : undefined);
    if (own === undefined || serviceLinked || spared) return;
    this.#states.set('scps', stateOf(scps));
    for (const [level, list] of (scps ?? []).entries()) {
      const scope = this.#scopes.level(own, (scps ?? []).length - 1 - level);
      if (list.length === 0) {
        const id = `scp ${level}`;
        const why = 'no service control policy is given for the level, and AWS keeps at least one (aws.md 1.2)';
        this.#add(id, { unreadable: why }, { part: 'scps', name: 'policies not given', level });
        this.#attach(id, scope, 'principal-scope-guard');
      }
      for (const [index, policy] of list.entries()) {
        this.#addRead(`scp ${level} ${index}`, policy);
        this.#attach(`scp ${level} ${index}`, scope, 'principal-scope-guard');
      }
    }
  }

  #rcps(account: NodeId | undefined, serviceLinked: boolean): void {
    const { rcps } = this.#policies;
    const { kind, organization, account: id } = this.#on;
    const spared = organization === null || isManagement(organization, id);
    if (account === undefined || kind === 'none' || serviceLinked || spared) return;
    this.#states.set('rcps', stateOf(rcps));
    for (const [level, list] of (rcps ?? []).entries()) {
      const scope = this.#scopes.level(account, (rcps ?? []).length - 1 - level);
      const everything = `rcp ${level}`;
      this.#add(everything, { statements: EVERYTHING }, { part: 'rcps', name: 'RCPFullAWSAccess', level });
      this.#attach(everything, scope, 'resource-scope-guard');
      for (const [index, policy] of list.entries()) {
        this.#addRead(`rcp ${level} ${index}`, policy);
        this.#attach(`rcp ${level} ${index}`, scope, 'resource-scope-guard');
      }
    }
  }

  #resourcePolicy(resource: EstateNode | undefined, own: NodeId | undefined, to: Addressee): void {
    const { kind, partition } = this.#on;
    if (resource === undefined || kind === 'none' || kind === 'object') return;
    const { resource: policy } = this.#policies;
    this.#states.set('resource', stateOf(policy));
    const exclusive = kind === 'trust' ? TRUST_ACTIONS : kind === 'key' ? KEY_ACTIONS : undefined;
    const place: PolicyPlace = { part: 'resource', name: kind === 'trust' ? 'trust policy' : 'resource policy' };
    if (policy === undefined) {
      if (exclusive === undefined && resource.scope === own) return;
      const why = 'the policy of the resource is not given';
      this.#add('resource', { unreadable: why, mayDeny: false }, { ...place, name: 'policy not given' });
    } else if (policy === null) {
      if (exclusive === undefined) return;
      this.#add('resource', { statements: [] }, { ...place, name: 'no policy' });
    } else {
      const compiled = policy.compile(kind === 'trust' ? 'trust' : 'resource', partition);
      this.#add(
        'resource',
        'unreadable' in compiled
          ? compiled
          : { statements: addressedStatements(compiled.statements, compiled.externals, to) },
        policy.place,
      );
    }
    this.#attach('resource', resource.id, 'resource-grant', exclusive);
  }

  #endpoint(resource: EstateNode | undefined, to: Addressee): void {
    const { vpcEndpoint } = this.#policies;
    this.#states.set('vpcEndpoint', stateOf(vpcEndpoint));
    if (vpcEndpoint === undefined || vpcEndpoint === null || resource === undefined) return;
    const compiled = vpcEndpoint.compile('resource', this.#on.partition);
    this.#add(
      ENDPOINT,
      'unreadable' in compiled
        ? compiled
        : { statements: cappingStatements(compiled.statements, compiled.externals, to) },
      vpcEndpoint.place,
    );
    this.#attach(ENDPOINT, this.#scopes.endpoint(resource.scope), 'resource-scope-guard');
  }

  #addRead(id: string, { place, compiled }: ReadPolicy): void {
    this.#add(id, compiled, place);
  }

  #add(
    id: string,
    text:
      | CompiledPolicy
      | { readonly statements?: readonly Statement[]; readonly unreadable?: string; readonly mayDeny?: boolean },
    place: PolicyPlace,
  ): void {
    const statements = 'statements' in text && text.statements !== undefined ? text.statements : [];
    const document = this.#graph.document({
      provider: AWS,
      statements,
      ...('unreadable' in text && text.unreadable !== undefined ? { unreadable: text.unreadable } : {}),
      ...('mayDeny' in text && text.mayDeny !== undefined ? { mayDeny: text.mayDeny } : {}),
    });
    this.#graph.policy({ id, provider: AWS, name: place.name, type: place.part, document });
    this.#places.set(id, place);
  }

  #attach(policy: string, node: NodeId, role: AttachmentRole, exclusiveFor?: Selector): void {
    this.#graph.attachment({ policy, node, role, ...(exclusiveFor === undefined ? {} : { exclusiveFor }) });
  }
}

function stateOf(given: readonly unknown[] | NonNullable<unknown> | null | undefined): GuardrailState {
  if (given === undefined) return 'not given';
  return given === null || (Array.isArray(given) && given.length === 0) ? 'none' : 'evaluated';
}

function isManagement(organization: OrganizationFacts | null | undefined, account: string | undefined): boolean {
  return account !== undefined && organization?.managementAccount === account;
}
