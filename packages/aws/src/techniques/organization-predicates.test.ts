import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex, type GraphNode, type Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { PredicateName } from './precondition-names.ts';
import { awsPredicates } from './predicates.ts';

const HOME = 'arn:aws:account::111122223333:account';
const ELSEWHERE = 'arn:aws:account::444455556666:account';
const ORGANIZATION = 'arn:aws:organizations::111122223333:organization/o-1';
const UNIT = 'arn:aws:organizations::111122223333:ou/o-1/ou-1';
const SET = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const POLICY = 'arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1';
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

type Facts = Readonly<Record<string, Json>>;

interface Estate {
  /** Of the account asked about. */
  readonly account?: Facts;
  /** Of another account of the same organization. */
  readonly other?: Facts;
  readonly organization?: Facts;
  /** Of a permission set in the account asked about. */
  readonly set?: Facts;
  /** Where the set has a role. */
  readonly provisionedIn?: 'home' | 'elsewhere';
  /** Where the control policy is attached. */
  readonly attached?: readonly ('unit' | 'account')[];
}

const COMMON = { provider: 'aws', name: 'x' } as const;

function graphOf({ account = {}, other, organization = {}, set, provisionedIn, attached = [] }: Estate): GraphIndex {
  const builder = new GraphBuilder();
  builder.node({ ...COMMON, kind: 'scope', id: ORGANIZATION, type: 'organization', attributes: organization });
  builder.node({ ...COMMON, kind: 'scope', id: UNIT, type: 'organizational-unit', scope: ORGANIZATION });
  const inside = { ...COMMON, kind: 'scope', type: 'account', scope: UNIT, zone: true } as const;
  builder.node({ ...inside, id: HOME, attributes: account });
  if (other !== undefined) builder.node({ ...inside, id: ELSEWHERE, attributes: other });
  if (set !== undefined) {
    builder.node({
      ...COMMON,
      kind: 'resource',
      id: SET,
      type: 'AWS::SSO::PermissionSet',
      scope: HOME,
      attributes: set,
    });
  }
  if (provisionedIn !== undefined) {
    const scope = provisionedIn === 'home' ? HOME : ELSEWHERE;
    builder.node({ ...COMMON, kind: 'identity', id: 'made', type: 'role', scope });
    builder.edge({ type: 'provisions', from: SET, to: 'made' });
  }
  const document = builder.document({ provider: 'aws', statements: [] });
  builder.policy({ ...COMMON, id: POLICY, type: 'scp', document });
  builder.node({ ...COMMON, kind: 'resource', id: POLICY, type: 'AWS::Organizations::Policy', scope: HOME });
  for (const place of attached) {
    const node = place === 'unit' ? UNIT : HOME;
    builder.attachment({ policy: POLICY, node, role: 'principal-scope-guard' });
  }
  return new GraphIndex(builder.build());
}

function holds(name: PredicateName, id: string, estate: Estate): Truth {
  const graph = graphOf(estate);
  return awsPredicates[name](graph.node(id)!, graph);
}

type Case = readonly [name: PredicateName, estate: Estate, truth: Truth];

const management = { organizationId: 'o-1', managementAccount: true };
const member = { organizationId: 'o-1', managementAccount: false };
const delegatedTo = (...services: readonly string[]): Facts => ({ ...member, delegatedServices: services });
const alone = { organizationId: null };

describe('aws.md 2.3.4: what an account is to its organization', () => {
  it.each<Case>([
    ['management-account', { account: management }, TRUE],
    ['management-account', { account: member }, FALSE],
    ['management-account', { account: alone }, FALSE],
    ['management-account', {}, UNKNOWN],
    ['member-account', { account: member }, TRUE],
    ['member-account', { account: management }, FALSE],
    ['member-account', { account: alone }, FALSE],
    ['member-account', {}, UNKNOWN],
    ['administers-member-roots', { account: management }, TRUE],
    ['administers-member-roots', { account: delegatedTo('iam.amazonaws.com') }, TRUE],
    ['administers-member-roots', { account: delegatedTo('sso.amazonaws.com') }, FALSE],
    ['administers-member-roots', { account: member }, UNKNOWN],
    ['administers-member-roots', { account: alone }, FALSE],
    ['administers-stack-sets', { account: delegatedTo(STACK_SETS) }, TRUE],
    ['administers-stack-sets', { account: delegatedTo() }, FALSE],
    ['administers-identity-center', { account: management, set: {} }, TRUE],
    ['administers-identity-center', { account: management }, UNKNOWN],
    ['administers-identity-center', { account: delegatedTo('sso.amazonaws.com'), set: {} }, TRUE],
    ['administers-identity-center', { account: delegatedTo(), set: {} }, FALSE],
    ['root-sessions-enabled', { organization: { rootSessions: true } }, TRUE],
    ['root-sessions-enabled', { organization: { rootSessions: false } }, FALSE],
    ['root-sessions-enabled', {}, UNKNOWN],
    ['stack-sets-are-trusted', { organization: { trustedServices: [STACK_SETS] } }, TRUE],
    ['stack-sets-are-trusted', { organization: { trustedServices: [] } }, FALSE],
    ['stack-sets-are-trusted', {}, UNKNOWN],
    ['directory-is-unlisted', { set: {} }, FALSE],
    ['directory-is-unlisted', {}, UNKNOWN],
  ])('%s with %j is %i', (name, estate, truth) => {
    expect(holds(name, HOME, estate)).toBe(truth);
  });
});

describe('aws.md 2.3.4: permission sets', () => {
  const administrator = {
    managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    customerManagedPolicies: [],
    inlinePolicy: false,
    boundary: null,
  };
  const inManagement = 'not-provisioned-in-the-management-account';
  it.each<Case>([
    ['gives-everything', { set: administrator }, TRUE],
    ['gives-everything', { set: { ...administrator, boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } }, UNKNOWN],
    ['gives-everything', { set: { ...administrator, inlinePolicy: true } }, UNKNOWN],
    ['gives-everything', { set: { ...administrator, managedPolicies: [] } }, FALSE],
    ['gives-everything', { set: { ...administrator, managedPolicies: [], inlinePolicy: true } }, UNKNOWN],
    ['gives-everything', { set: {} }, UNKNOWN],
    [inManagement, { account: management, set: {}, provisionedIn: 'home' }, FALSE],
    [
      inManagement,
      { account: { ...management, collected: true }, other: member, set: {}, provisionedIn: 'elsewhere' },
      TRUE,
    ],
    [inManagement, { account: management, other: member, set: {}, provisionedIn: 'elsewhere' }, UNKNOWN],
    [inManagement, { set: {} }, UNKNOWN],
  ])('%s with %j is %i', (name, estate, truth) => {
    expect(holds(name, SET, estate)).toBe(truth);
  });
});

describe('aws.md 2.3.4: control policies that an account leaves behind by moving', () => {
  it.each<readonly [attached: Estate['attached'] & {}, truth: Truth]>([
    [['unit'], TRUE],
    [['unit', 'account'], UNKNOWN],
    [['account'], FALSE],
    [[], FALSE],
  ])('attached to %j is %i', (attached, truth) => {
    expect(holds('attached-to-units-only', POLICY, { attached })).toBe(truth);
  });
});

describe('aws.md 2.3.4: people and groups of the identity store', () => {
  const graph = graphOf({});
  const node = (id: string, type: string, attributes: Facts): GraphNode => ({
    ...COMMON,
    kind: 'identity',
    id,
    type,
    attributes,
  });
  it.each<readonly [name: PredicateName, id: string, attributes: Facts, truth: Truth]>([
    ['directory-group', 'arn:aws:identitystore:::group/g', { ownedByOutsideDirectory: false }, TRUE],
    ['directory-group', 'arn:aws:identitystore:::group/g', { ownedByOutsideDirectory: true }, FALSE],
    ['directory-group', 'arn:aws:identitystore:::group/g', {}, UNKNOWN],
    ['directory-group', 'arn:aws:iam::111122223333:group/g', {}, FALSE],
    ['enabled-in-the-directory', 'identity-store:d-1/user/u', { enabled: true }, TRUE],
    ['enabled-in-the-directory', 'identity-store:d-1/user/u', { enabled: false }, FALSE],
    ['enabled-in-the-directory', 'identity-store:d-1/user/u', {}, UNKNOWN],
  ])('%s of %s with %j is %i', (name, id, attributes, truth) => {
    expect(awsPredicates[name](node(id, 'group', attributes), graph)).toBe(truth);
  });
});
