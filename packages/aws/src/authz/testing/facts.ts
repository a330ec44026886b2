import type { ConditionRequest, PrincipalFacts, RequestContext, ResourceFacts } from '@keyreach/core/authz';
import type { GraphNode, IdentityNode, Json, ScopeNode } from '@keyreach/core/graph';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const NOW: number = Date.UTC(2026, 10, 22);

export function account(attributes: Readonly<Record<string, Json>> = {}, id: string = ACCOUNT): ScopeNode {
  return {
    kind: 'scope',
    id: `arn:aws:account::${id}:account`,
    provider: 'aws',
    type: 'account',
    name: id,
    zone: true,
    attributes: { accountId: id, collected: true, ...attributes },
  };
}

export const organization: ScopeNode = {
  kind: 'scope',
  id: 'arn:aws:organizations::111122223333:organization/o-aaaaaaaaaa',
  provider: 'aws',
  type: 'organization',
  name: 'o-aaaaaaaaaa',
  attributes: { organizationId: 'o-aaaaaaaaaa' },
};

type IdentityFields = Partial<Omit<IdentityNode, 'kind' | 'provider'>>;

export function identity(type: string, fields: IdentityFields = {}): IdentityNode {
  return { kind: 'identity', id: `arn:aws:iam::${ACCOUNT}:${type}/x`, provider: 'aws', type, name: 'x', ...fields };
}

export function principal(node: IdentityNode, scopes: readonly ScopeNode[] = [account()]): PrincipalFacts {
  return { node, scopes };
}

export function user(name: string, fields: IdentityFields = {}, scopes?: readonly ScopeNode[]): PrincipalFacts {
  const id = `arn:aws:iam::${ACCOUNT}:user/${name}`;
  return principal(identity('user', { id, name, attributes: { userId: 'AIDAEXAMPLEUSER' }, ...fields }), scopes);
}

export function role(name: string, fields: IdentityFields = {}, scopes?: readonly ScopeNode[]): PrincipalFacts {
  const id = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return principal(identity('role', { id, name, attributes: { userId: 'AROAEXAMPLEROLE' }, ...fields }), scopes);
}

export function root(): PrincipalFacts {
  return principal(identity('root', { id: `arn:aws:iam::${ACCOUNT}:root`, name: 'root' }));
}

export function service(name: string, attributes: Readonly<Record<string, Json>> = {}): PrincipalFacts {
  return principal(identity('service', { id: `service:${name}`, name, attributes }), []);
}

export function federated(issuer: string, claims?: Json): PrincipalFacts {
  const attributes = claims === undefined ? { issuer } : { issuer, claims };
  return principal(identity('federated-subject', { id: `federated:${issuer}#x`, attributes }), []);
}

export const anyone: PrincipalFacts = principal(identity('public', { id: 'public:aws', name: 'anyone' }), []);

export function resource(
  id: string,
  fields: Partial<GraphNode> = {},
  scopes: readonly ScopeNode[] = [account()],
): ResourceFacts {
  const node = { kind: 'resource', id, provider: 'aws', type: 'x', name: 'x', ...fields } as GraphNode;
  return { id, node, scopes };
}

export interface RequestFields {
  readonly principal?: PrincipalFacts;
  readonly action?: string;
  readonly resource?: ResourceFacts;
  readonly context?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly now?: number;
}

export function request(fields: RequestFields = {}): ConditionRequest {
  return {
    principal: fields.principal ?? user('alice', { tags: {} }),
    action: fields.action ?? 's3:GetObject',
    resource: fields.resource ?? { id: 'arn:aws:s3:::bucket/key', scopes: [] },
    context: contextOf(fields.context ?? {}),
    now: fields.now ?? NOW,
  };
}

function contextOf(fields: Readonly<Record<string, string | readonly string[] | null>>): RequestContext {
  return new Map(Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? [value] : value]));
}
