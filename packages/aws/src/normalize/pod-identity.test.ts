import { describe, expect, it } from 'vitest';
import { A, arn, details, type Estate, estate, role } from './testing/estate.ts';

const CLUSTER = `arn:aws:eks:eu-west-1:${A}:cluster/shop`;
const SUBJECT = `federated:${CLUSTER}#system:serviceaccount:pay:worker`;
const ROLE = arn('role/pay');
const B = '777788889999';

/** A role that pods may have, with conditions on the call. */
function podRole(
  condition?: unknown,
  actions: unknown = ['sts:AssumeRole', 'sts:TagSession'],
): Record<string, unknown> {
  return role('pay', undefined, { AssumeRolePolicyDocument: podTrust(condition, actions) });
}

function podTrust(
  condition?: unknown,
  actions: unknown = ['sts:AssumeRole', 'sts:TagSession'],
): Record<string, unknown> {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: actions,
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  };
}

const association = (extra: Readonly<Record<string, unknown>> = {}) => ({
  TypeName: 'AWS::EKS::PodIdentityAssociation',
  Identifier: `arn:aws:eks:eu-west-1:${A}:podidentityassociation/shop/a-1`,
  Properties: { ClusterName: 'shop', Namespace: 'pay', ServiceAccount: 'worker', RoleArn: ROLE, ...extra },
});
const cluster = { TypeName: 'AWS::EKS::Cluster', Identifier: 'shop', Region: 'eu-west-1', Properties: {} };

const given = (roles: readonly unknown[], resources: unknown = [association(), cluster]): Estate =>
  estate({
    authorizationDetails: details({ roles }),
    ...(resources === 'unread' ? {} : { resources }),
  });
const FOUND = [`federates ${SUBJECT} -> ${ROLE}`];
const conditional = [`federates ${SUBJECT} -> ${ROLE} (conditional)`];

describe('EKS Pod Identity (aws.md 2.1)', () => {
  it('a service account is a subject that has the role of its association', () => {
    const graph = given([podRole()]);
    expect(graph.edges('federates', 'vouches-for')).toEqual([`vouches-for ${CLUSTER} -> ${SUBJECT}`, ...FOUND]);
    expect(graph.node(SUBJECT)).toEqual({
      kind: 'identity',
      id: SUBJECT,
      provider: 'aws',
      type: 'federated-subject',
      name: 'system:serviceaccount:pay:worker',
      nature: 'machine',
      external: true,
      attributes: { issuer: CLUSTER, claims: { sub: 'system:serviceaccount:pay:worker' } },
    });
  });

  it.each([
    ['does not trust the service', role('pay', { Service: 'ec2.amazonaws.com' })],
    ['trusts it for another call only', podRole(undefined, 'sts:TagSession')],
    ['does not let it tag the session', podRole(undefined, 'sts:AssumeRole')],
  ])('a role that %s is nobody’s by an association', (_, listed) => {
    expect(given([listed]).edges('federates')).toEqual([]);
  });

  it('an association without session tags needs no leave to tag', () => {
    const untagged = [association({ DisableSessionTags: true })];
    expect(given([podRole(undefined, 'sts:AssumeRole')], untagged).edges('federates')).toEqual(FOUND);
    const asks = podRole({ StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'pay' } });
    expect(given([asks], untagged).edges('federates')).toEqual([]);
  });

  it.each([
    ['kubernetes-namespace', 'pay', 'web'],
    ['kubernetes-service-account', 'worker', 'other'],
    ['eks-cluster-arn', CLUSTER, CLUSTER.replace('shop', 'test')],
    ['eks-cluster-name', 'shop', 'test'],
  ])('the tag %s is that of the association', (key, own, other) => {
    const asking = (value: string) =>
      given([podRole({ StringEquals: { [`aws:RequestTag/${key}`]: value } })]).edges('federates');
    expect(asking(own)).toEqual(FOUND);
    expect(asking(other)).toEqual([]);
  });

  it('the account is that of the cluster; the pod is named by whoever makes it; there are no other tags', () => {
    const asking = (condition: unknown) => given([podRole(condition)]).edges('federates');
    expect(asking({ StringEquals: { 'aws:SourceAccount': A } })).toEqual(FOUND);
    expect(asking({ StringEquals: { 'aws:SourceAccount': B } })).toEqual([]);
    expect(asking({ StringEquals: { 'aws:RequestTag/kubernetes-pod-name': 'x' } })).toEqual(FOUND);
    expect(asking({ StringEquals: { 'aws:RequestTag/team': 'x' } })).toEqual([]);
    expect(asking({ StringEquals: { 'sts:ExternalId': 'x' } })).toEqual([]);
    const keys = (value: string) => ({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': value } });
    expect(asking(keys('kubernetes-pod-uid'))).toEqual(FOUND);
    expect(asking(keys('team'))).toEqual([]);
    expect(asking({ ArnLike: { 'aws:SourceArn': CLUSTER } })).toEqual(conditional);
  });

  it('with a target role the pod has that one, and not the first', () => {
    const target = arn('role/target', B);
    const targetRole = (principal: unknown, condition?: unknown) =>
      role('target', undefined, {
        Arn: target,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: principal,
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            ...(condition === undefined ? {} : { Condition: condition }),
          },
        },
      });
    const first = {
      ...podRole(),
      RolePolicyList: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: target },
          },
        },
      ],
    };
    const chained = (firstRole: unknown, second: unknown) =>
      estate({
        [A]: {
          authorizationDetails: details({ roles: [firstRole] }),
          resources: [association({ TargetRoleArn: target, ExternalId: 'r/a-1' })],
        },
        [B]: { authorizationDetails: details({ roles: [second] }), resources: [] },
      }).edges('federates');
    expect(chained(first, targetRole({ AWS: ROLE }))).toEqual([`federates ${SUBJECT} -> ${target}`]);
    expect(chained(first, targetRole({ AWS: arn('role/other') }))).toEqual([]);
    expect(chained(podRole(), targetRole({ AWS: ROLE }))).toEqual([]);
    const asks = (id: string) => targetRole({ AWS: ROLE }, { StringEquals: { 'sts:ExternalId': id } });
    expect(chained(first, asks('r/a-1'))).toEqual([`federates ${SUBJECT} -> ${target}`]);
    expect(chained(first, asks('other'))).toEqual([]);
  });

  it('a session policy caps the sessions of the subject', () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    });
    const graph = given([podRole()], [association({ Policy })]);
    expect(graph.edges('federates')).toEqual(FOUND);
    const [guard] = graph.attachments(SUBJECT);
    expect(guard).toMatchObject({ role: 'identity-guard' });
    expect(graph.document(guard?.policy ?? '').statements[0]?.actions.include).toEqual(['s3:GetObject']);
    expect(given([podRole()]).attachments(SUBJECT)).toEqual([]);
  });

  it('an association that does not say what it binds is a gap', () => {
    const graph = given([podRole()], [association({ Namespace: 7 })]);
    expect(graph.edges('federates')).toEqual([]);
    expect(graph.gaps('Pod Identity associations')).toHaveLength(1);
  });

  it('associations nobody listed may be there: unknown; where the list is whole, there are none', () => {
    const id = `federated:arn:aws:eks:*:${A}:cluster/*#*`;
    expect(given([podRole()], 'unread').edges('federates')).toEqual([`federates ${id} -> ${ROLE} (unknown)`]);
    expect(given([podRole()], []).edges('federates')).toEqual([]);
    expect(given([role('pay', { Service: 'ec2.amazonaws.com' })], 'unread').edges('federates')).toEqual([]);
  });
});

describe('EKS service accounts by token (aws.md 2.2)', () => {
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  const irsa = role('pay', undefined, {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: arn(`oidc-provider/${issuer}`) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:pay:worker' } },
      },
    },
  });

  it('the cluster of the issuer vouches for them, and no other cluster', () => {
    const listed = (url: string) => [{ ...cluster, Properties: { OpenIdConnectIssuerUrl: url } }];
    const edge = `vouches-for ${CLUSTER} -> federated:${issuer}#system:serviceaccount:pay:worker`;
    expect(given([irsa], listed(`https://${issuer}`)).edges('vouches-for')).toContain(edge);
    expect(given([irsa], listed(`https://${issuer}D`)).edges('vouches-for')).not.toContain(edge);
  });
});
