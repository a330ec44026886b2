import {
  type Condition,
  type Graph,
  GraphBuilder,
  type GraphNode,
  type Json,
  type PrincipalMatcher,
} from '@keyreach/core/graph';
import { awsCatalogue } from '../../catalogue/action-catalogue.ts';
import { CATALOGUE_TYPES } from './resource-types.ts';
import type { Circumstances } from './technique-ways.ts';

const ACCOUNT_ID = '111122223333';
const MEMBER_ID = '444455556666';
const ORGANIZATION = `arn:aws:organizations::${ACCOUNT_ID}:organization/o-w`;
const ZONE = `arn:aws:account::${ACCOUNT_ID}:account`;

/** Another account of the organization. */
export const MEMBER: string = `arn:aws:account::${MEMBER_ID}:account`;

function iam(resource: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:${resource}`;
}

/** Who tries the techniques. */
export const CALLERS: { readonly user: string; readonly role: string; readonly federated: string } = {
  user: iam('user/caller'),
  role: iam('role/caller'),
  federated: 'federated:token.example.com#caller',
};

/** What the techniques are aimed at, by what they give. */
export const VICTIMS = {
  user: iam('user/victim'),
  role: iam('role/victim'),
  group: iam('group/administrators'),
  ownGroup: iam('group/callers'),
  heldPolicy: iam('policy/held'),
  boundary: iam('policy/boundary'),
  subject: 'federated:vouched.example.com#*',
  person: 'identity-store:d-w/user/victim',
} as const;

/** Id of the listed resource of a type. */
export function resourceOf(type: string): string {
  const named = CATALOGUE_TYPES[type];
  if (named === undefined) throw new RangeError(`no resource type of the action catalogue is named for \`${type}\``);
  const arn = awsCatalogue().resourceType(...named)?.arn;
  if (arn === undefined) throw new RangeError(`the action catalogue has no resource type for \`${type}\``);
  const known: Readonly<Record<string, string>> = { Partition: 'aws', Region: 'eu-west-1', Account: ACCOUNT_ID };
  return arn.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => known[name] ?? 'w');
}

/** What else an estate may have. */
export interface EstateWish extends Circumstances {
  /** What the boundary of the callers allows. */
  readonly boundary?: readonly string[];
  /** What the service control policy of the account allows. */
  readonly scopeGuard?: readonly string[];
  /** A condition under which the callers may do everything, or read nothing of use. */
  readonly grantedIf?: { readonly actions: readonly string[]; readonly block: Json };
}

/** The most favourable account for techniques: callers who may do `actions` and nothing else, and what is there. */
export function techniqueEstate(wish: EstateWish): Graph {
  return new TechniqueEstate(wish).build();
}

class TechniqueEstate {
  readonly #wish: EstateWish;
  readonly #builder = new GraphBuilder();

  constructor(wish: EstateWish) {
    this.#wish = wish;
  }

  build(): Graph {
    this.#addScopes();
    this.#addPolicies();
    this.#addCallers();
    this.#addVictims();
    this.#addTrust();
    for (const [type, state] of Object.entries(this.#wish.there)) {
      if (type.includes('::') || type.startsWith('missing-')) this.#addResource(type, state === 'uncollected');
    }
    return this.#builder.build();
  }

  #add(node: Omit<GraphNode, 'provider' | 'scope'> & { readonly scope?: string }): void {
    const { scope = ZONE, ...rest } = node;
    this.#builder.node({ ...rest, provider: 'aws', ...(scope === '' ? {} : { scope }) } as GraphNode);
  }

  #policy(
    id: string,
    actions: readonly string[],
    more: {
      readonly type?: string;
      readonly deny?: true;
      readonly principals?: readonly PrincipalMatcher[];
      readonly condition?: Condition;
    } = {},
  ): void {
    const { type = 'managed', deny, principals, condition } = more;
    const document = this.#builder.document({
      provider: 'aws',
      statements: [
        {
          effect: deny === true ? 'deny' : 'allow',
          actions: { include: actions, exclude: [] },
          index: 0,
          ...(principals === undefined
            ? { resources: { include: ['*'], exclude: [] } }
            : { principals: { include: principals, exclude: [] } }),
          ...(condition === undefined ? {} : { condition }),
        },
      ],
    });
    this.#builder.policy({ id, provider: 'aws', name: id, type, document });
  }

  #addScopes(): void {
    const { scopeGuard } = this.#wish;
    this.#add({ kind: 'scope', id: ORGANIZATION, type: 'organization', name: 'o-w', scope: '' } as never);
    for (const id of [ACCOUNT_ID, MEMBER_ID]) {
      this.#add({
        kind: 'scope',
        id: `arn:aws:account::${id}:account`,
        type: 'account',
        name: id,
        scope: ORGANIZATION,
        zone: true,
        attributes: { accountId: id, partition: 'aws', organizationId: 'o-w' },
      } as never);
    }
    if (scopeGuard === undefined) return;
    this.#policy('scp', scopeGuard, { type: 'scp' });
    this.#builder.attachment({ policy: 'scp', node: ZONE, role: 'principal-scope-guard' });
  }

  #addPolicies(): void {
    const { actions, boundary = ['*'], grantedIf } = this.#wish;
    this.#policy('actions', actions);
    this.#policy(VICTIMS.heldPolicy, ['sts:GetCallerIdentity']);
    this.#policy(`${VICTIMS.heldPolicy}:v1`, ['s3:ListAllMyBuckets']);
    this.#policy(VICTIMS.boundary, boundary);
    // Denies of something that no technique asks for, each of something else: taking one off is a gain of its own.
    for (const [id, managed, inline] of [
      ['user', 'CloseAccount', 'PutContactInformation'],
      ['role', 'EnableRegion', 'DisableRegion'],
      ['group', 'PutAlternateContact', 'DeleteAlternateContact'],
    ] as const) {
      this.#policy(`managed denies of ${id}`, [`account:${managed}`], { deny: true });
      this.#policy(`inline denies of ${id}`, [`account:${inline}`], { deny: true, type: 'inline' });
    }
    if (grantedIf === undefined) return;
    const condition = { language: 'aws', body: { version: '2012-10-17', block: grantedIf.block } };
    this.#policy('granted if', grantedIf.actions, { condition });
  }

  #addCallers(): void {
    const builder = this.#builder;
    for (const [id, type] of [
      [CALLERS.user, 'user'],
      [CALLERS.role, 'role'],
    ] as const) {
      const attributes = { boundary: VICTIMS.boundary };
      this.#add({ kind: 'identity', id, type, name: 'caller', attributes, tags: {} } as never);
      const held = ['actions', VICTIMS.heldPolicy, `managed denies of ${type}`, `inline denies of ${type}`];
      if (this.#wish.grantedIf !== undefined) held.push('granted if');
      for (const policy of held) builder.attachment({ policy, node: id, role: 'identity-grant' });
      builder.attachment({ policy: VICTIMS.boundary, node: id, role: 'identity-guard' });
    }
    const federated = { kind: 'identity', type: 'federated-subject', name: 'caller', scope: '', external: true };
    this.#add({ ...federated, id: CALLERS.federated } as never);
    builder.attachment({ policy: 'actions', node: CALLERS.federated, role: 'identity-grant' });
    this.#add({ kind: 'identity', id: VICTIMS.ownGroup, type: 'group', name: 'callers' });
    builder.edge({ type: 'member-of', from: CALLERS.user, to: VICTIMS.ownGroup });
    for (const policy of ['managed denies of group', 'inline denies of group']) {
      builder.attachment({ policy, node: VICTIMS.ownGroup, role: 'identity-grant' });
    }
  }

  #addVictims(): void {
    const builder = this.#builder;
    const { there } = this.#wish;
    if (there['group'] !== undefined) {
      this.#add({ kind: 'identity', id: VICTIMS.group, type: 'group', name: 'administrators' });
      builder.attachment({ policy: VICTIMS.boundary, node: VICTIMS.group, role: 'identity-grant' });
    }
    this.#add({ kind: 'identity', id: VICTIMS.user, type: 'user', name: 'victim', tags: {} } as never);
    const key = `${VICTIMS.user}/accesskey/1`;
    const lastUsed = { state: 'never' };
    this.#add({ kind: 'credential', id: key, type: 'access-key', name: '1', status: 'active', lastUsed } as never);
    builder.edge({ type: 'authenticates', from: key, to: VICTIMS.user });
    this.#add({ kind: 'identity', id: VICTIMS.role, type: 'role', name: 'victim', tags: {} } as never);
    const subject = { kind: 'identity', type: 'federated-subject', name: 'any', scope: '', external: true };
    this.#add({ ...subject, id: VICTIMS.subject } as never);
    if (there['identity-center-user'] === undefined) return;
    this.#add({ kind: 'identity', id: VICTIMS.person, type: 'identity-center-user', name: 'victim' });
  }

  #addTrust(): void {
    const builder = this.#builder;
    const actions = [
      'AssumeRole',
      'AssumeRoleWithSAML',
      'AssumeRoleWithWebIdentity',
      'TagSession',
      'SetSourceIdentity',
    ];
    this.#policy(
      'trust',
      actions.map((name) => `sts:${name}`),
      {
        type: 'trust',
        principals: [
          { match: 'scope', id: ZONE, strength: 'delegates' },
          ...this.#wish.services.map((name): PrincipalMatcher => ({ match: 'service', name, strength: 'sufficient' })),
          { match: 'node', id: CALLERS.federated, strength: 'bypasses-guards' },
        ],
      },
    );
    for (const node of [VICTIMS.role, CALLERS.role]) {
      builder.attachment({
        policy: 'trust',
        node,
        role: 'resource-grant',
        exclusiveFor: { include: ['sts:AssumeRole*'], exclude: [] },
      });
    }
  }

  #addResource(type: string, uncollected: boolean): void {
    const builder = this.#builder;
    if (type === 'AWS::IAM::ManagedPolicy' && !uncollected) {
      for (const id of [VICTIMS.heldPolicy, VICTIMS.boundary]) {
        const attributes = { olderVersionPolicies: [`${VICTIMS.heldPolicy}:v1`] };
        this.#add({ kind: 'resource', id, type, name: id, attributes });
      }
      return;
    }
    const id = uncollected ? `${type}:${ACCOUNT_ID}:*` : resourceOf(type);
    const common = { kind: 'resource', id, type, name: 'w', tags: {} };
    this.#add({ ...common, ...(uncollected ? { uncollected: true } : {}) } as never);
    const runsAs = ['AWS::SSO::PermissionSet', 'missing-identity-provider'].includes(type) ? [] : [VICTIMS.role];
    for (const to of runsAs) builder.edge({ type: 'runs-as', from: id, to });
    builder.edge({ type: 'vouches-for', from: id, to: VICTIMS.subject });
    builder.edge({ type: 'stores', from: id, to: `${VICTIMS.user}/accesskey/1` });
    if (type !== 'AWS::SSO::PermissionSet') return;
    for (const to of [VICTIMS.role, CALLERS.role]) builder.edge({ type: 'provisions', from: id, to });
  }
}
