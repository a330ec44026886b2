import { describe, expect, it } from 'vitest';
import { A, ALLOW_ALL, arn, details, type Estate, estate, policy, role } from './testing/estate.ts';

const ANCHOR = `arn:aws:rolesanywhere:eu-west-1:${A}:trust-anchor/t-1`;
const PROFILE = `arn:aws:rolesanywhere:eu-west-1:${A}:profile/p-1`;
const ROLE = arn('role/batch');
const ANY = `federated:rolesanywhere:${ANCHOR}#*`;
const ACTIONS = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

const anchor = (extra: Readonly<Record<string, unknown>> = {}, id = ANCHOR) => ({
  TypeName: 'AWS::RolesAnywhere::TrustAnchor',
  Identifier: id.slice(id.lastIndexOf('/') + 1),
  Properties: { Name: 'ca', TrustAnchorArn: id, Enabled: true, ...extra },
});
const profile = (extra: Readonly<Record<string, unknown>> = {}, id = PROFILE) => ({
  TypeName: 'AWS::RolesAnywhere::Profile',
  Identifier: id.slice(id.lastIndexOf('/') + 1),
  Properties: { Name: 'batch', ProfileArn: id, Enabled: true, RoleArns: [ROLE], ...extra },
});

function batch(condition?: unknown, actions: unknown = ACTIONS): Record<string, unknown> {
  return role('batch', undefined, {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'rolesanywhere.amazonaws.com' },
        Action: actions,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    },
  });
}

const given = (
  listed: unknown = batch(),
  resources: unknown = [anchor(), profile()],
  policies: readonly unknown[] = [],
): Estate =>
  estate({
    authorizationDetails: details({ roles: [listed], policies }),
    ...(resources === 'unread' ? {} : { resources }),
  });
const FOUND = [`federates ${ANY} -> ${ROLE}`];

describe('Roles Anywhere (aws.md 2.1)', () => {
  it('whoever holds a certificate of a trusted authority has the roles of a profile', () => {
    const graph = given();
    expect(graph.edges('federates', 'vouches-for')).toEqual([...[`vouches-for ${ANCHOR} -> ${ANY}`], ...FOUND]);
    expect(graph.node(ANY)).toMatchObject({ type: 'federated-subject', attributes: { issuer: ANCHOR, claims: {} } });
    expect(graph.node(ANCHOR)).toMatchObject({
      type: 'AWS::RolesAnywhere::TrustAnchor',
      attributes: { enabled: true },
    });
  });

  it.each([
    ['a disabled trust anchor', [anchor({ Enabled: false }), profile()]],
    ['a disabled profile', [anchor(), profile({ Enabled: false })]],
    ['no profile', [anchor()]],
    ['no trust anchor', [profile()]],
    ['a profile of other roles', [anchor(), profile({ RoleArns: [arn('role/other')] })]],
    ['a profile of another region', [anchor(), profile({}, PROFILE.replace('eu-west-1', 'us-east-1'))]],
  ])('%s gives nothing', (_, resources) => {
    expect(given(batch(), resources).edges('federates')).toEqual([]);
  });

  it('whether it is switched on is unknown where that is not said', () => {
    const unsaid = [`federates ${ANY} -> ${ROLE} (unknown)`];
    expect(given(batch(), [anchor({ Enabled: undefined }), profile()]).edges('federates')).toEqual(unsaid);
    expect(given(batch(), [anchor(), profile({ Enabled: undefined })]).edges('federates')).toEqual(unsaid);
  });

  it.each([
    ['does not trust the service', role('batch', { Service: 'ec2.amazonaws.com' })],
    ['does not let it tag the session', batch(undefined, ['sts:AssumeRole', 'sts:SetSourceIdentity'])],
    ['does not let it set a source identity', batch(undefined, ['sts:AssumeRole', 'sts:TagSession'])],
  ])('a role that %s is nobody’s', (_, listed) => {
    expect(given(listed).edges('federates')).toEqual([]);
  });

  it('a trust policy that names a trust anchor means that one', () => {
    const asking = (source: string) => given(batch({ ArnEquals: { 'aws:SourceArn': source } })).edges('federates');
    expect(asking(ANCHOR)).toEqual(FOUND);
    expect(asking(ANCHOR.replace('/t-1', '/t-2'))).toEqual([]);
    const other = ANCHOR.replace('/t-1', '/t-2');
    const both = given(batch({ ArnEquals: { 'aws:SourceArn': other } }), [anchor(), anchor({}, other), profile()]);
    expect(both.edges('federates')).toEqual([`federates federated:rolesanywhere:${other}#* -> ${ROLE}`]);
  });

  it('one that names common names means their holders, and not every certificate', () => {
    const named = (name: string) => ({ StringEquals: { 'aws:PrincipalTag/x509Subject/CN': name } });
    const subject = `federated:rolesanywhere:${ANCHOR}#CN=ci.example`;
    const graph = given(batch(named('ci.example')));
    expect(graph.edges('federates', 'vouches-for')).toEqual([
      `vouches-for ${ANCHOR} -> ${subject}`,
      `federates ${subject} -> ${ROLE}`,
    ]);
    expect(graph.node(subject)).toMatchObject({
      name: 'ci.example',
      attributes: { claims: { 'x509Subject/CN': 'ci.example' } },
    });
    expect(graph.index.node(ANY)).toBeUndefined();
  });

  it('other facts of the certificate stay conditions', () => {
    const block = { StringEquals: { 'aws:PrincipalTag/x509Subject/OU': 'batch' } };
    expect(given(batch(block)).edges('federates')).toEqual([`federates ${ANY} -> ${ROLE} (conditional)`]);
  });

  it('session policies of the profile cap the subject of that profile, as one policy', () => {
    const inline = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    });
    const free = profile({}, PROFILE.replace('/p-1', '/p-2'));
    const restricted = profile({ SessionPolicy: inline, ManagedPolicyArns: [arn('policy/more')] });
    const more = policy('more', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
    });
    const graph = given(batch(), [anchor(), free, restricted], [more]);
    const capped = `federated:rolesanywhere:${ANCHOR}#*|${PROFILE}`;
    expect(graph.edges('federates')).toEqual([...FOUND, `federates ${capped} -> ${ROLE}`]);
    expect(graph.attachments(ANY)).toEqual([]);
    const [guard] = graph.attachments(capped);
    expect(guard).toMatchObject({ role: 'identity-guard' });
    expect(
      graph.document(guard?.policy ?? '').statements.map(({ actions, index }) => [index, actions.include]),
    ).toEqual([
      [0, ['s3:GetObject']],
      [1, ['sqs:SendMessage']],
    ]);
  });

  it('a session policy whose text is not there may cap anything', () => {
    const graph = given(batch(), [anchor(), profile({ ManagedPolicyArns: [arn('policy/gone')] })]);
    const [guard] = graph.attachments(`federated:rolesanywhere:${ANCHOR}#*|${PROFILE}`);
    expect(graph.document(guard?.policy ?? '').unreadable).toBeDefined();
  });

  it('trust anchors nobody listed may be there: unknown; where the list is whole, there are none', () => {
    const id = `federated:rolesanywhere:arn:aws:rolesanywhere:*:${A}:trust-anchor/*#*`;
    expect(given(batch(), 'unread').edges('federates')).toEqual([`federates ${id} -> ${ROLE} (unknown)`]);
    expect(given(batch(), []).edges('federates')).toEqual([]);
    const open = role(
      'batch',
      { AWS: arn('root') },
      { RolePolicyList: [{ PolicyName: 'p', PolicyDocument: ALLOW_ALL }] },
    );
    expect(given(open, 'unread').edges('federates')).toEqual([]);
  });
});
