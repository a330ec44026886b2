import { describe, expect, it } from 'vitest';
import { A, ALLOW_ALL, arn, details, estate, group, policy, role, SCOPE, trust, user } from './testing/estate.ts';

const attached = (...names: readonly string[]) => ({
  AttachedManagedPolicies: names.map((name) => ({ PolicyName: name, PolicyArn: arn(`policy/${name}`) })),
});

describe('users, groups and roles', () => {
  const graph = estate({
    authorizationDetails: details({
      users: [
        user('ci', {
          ...attached('deploy'),
          GroupList: ['ops'],
          UserPolicyList: [{ PolicyName: 'own', PolicyDocument: ALLOW_ALL }],
          PermissionsBoundary: { PermissionsBoundaryArn: arn('policy/limit') },
          Tags: [{ Key: 'team', Value: 'shop' }],
          CreateDate: '2024-01-01T00:00:00Z',
        }),
      ],
      groups: [group('ops', { ...attached('deploy'), GroupId: 'AGPA1' })],
      roles: [
        role(
          'web',
          { Service: 'ec2.amazonaws.com' },
          {
            InstanceProfileList: [{ Arn: arn('instance-profile/web'), InstanceProfileName: 'web' }],
          },
        ),
        role('Linked', { Service: 'support.amazonaws.com' }, { Path: '/aws-service-role/support.amazonaws.com/' }),
        role('Sso', { Federated: arn('saml-provider/sso') }, { Path: '/aws-reserved/sso.amazonaws.com/' }),
      ],
      policies: [policy('deploy', ALLOW_ALL), policy('limit', ALLOW_ALL)],
    }),
  });

  it('carry the facts of the reply', () => {
    expect(graph.node(arn('user/ci'))).toEqual({
      kind: 'identity',
      id: arn('user/ci'),
      provider: 'aws',
      type: 'user',
      name: 'ci',
      scope: SCOPE,
      created: '2024-01-01T00:00:00.000Z',
      tags: { team: 'shop' },
      attributes: {
        accountId: A,
        partition: 'aws',
        path: '/',
        userId: 'AIDACIXXXXXXXXXXXXXX',
        boundary: arn('policy/limit'),
      },
    });
    expect(graph.node(arn('group/ops'))).toMatchObject({ type: 'group', attributes: { groupId: 'AGPA1', path: '/' } });
    expect(graph.node(arn('role/web'))).toMatchObject({ type: 'role', tags: {}, attributes: { boundary: null } });
    expect(graph.node(arn('role/Linked'))).toMatchObject({ providerManaged: true });
    expect(graph.node(arn('role/Sso'))).toMatchObject({ attributes: { reserved: true } });
    expect(graph.node(arn('role/web'))).not.toHaveProperty('providerManaged');
  });

  it('hold their policies in the part each plays', () => {
    expect(graph.attachments(arn('user/ci')).map(({ policy: id, role: part }) => [id, part])).toEqual([
      [arn('policy/deploy'), 'identity-grant'],
      [arn('policy/limit'), 'identity-guard'],
      [`${arn('user/ci')}/inline/own`, 'identity-grant'],
    ]);
    expect(graph.attachments(arn('role/web'))).toEqual([
      {
        policy: `${arn('role/web')}/trust`,
        node: arn('role/web'),
        role: 'resource-grant',
        exclusiveFor: { include: ['sts:AssumeRole*', 'sts:TagSession', 'sts:SetSourceIdentity'], exclude: [] },
      },
    ]);
    expect(graph.policy(`${arn('user/ci')}/inline/own`)).toMatchObject({
      name: 'own',
      type: 'inline',
      owner: arn('user/ci'),
    });
  });

  it('share one document for one text', () => {
    const ids = [arn('policy/deploy'), arn('policy/limit'), `${arn('user/ci')}/inline/own`].map(
      (id) => graph.document(id).id,
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('are tied by membership and instance profiles', () => {
    expect(graph.edges('member-of', 'runs-as').filter((edge) => !edge.includes('(unknown)'))).toEqual([
      `runs-as ${arn('instance-profile/web')} -> ${arn('role/web')}`,
      `member-of ${arn('user/ci')} -> ${arn('group/ops')}`,
    ]);
    expect(graph.node(arn('instance-profile/web'))).toMatchObject({
      kind: 'resource',
      type: 'AWS::IAM::InstanceProfile',
    });
  });

  it('come with a root user that may do everything', () => {
    expect(graph.node(arn('root'))).toMatchObject({
      kind: 'identity',
      type: 'root',
      scope: SCOPE,
      attributes: { userId: A },
    });
    const [grant] = graph.attachments(arn('root'));
    expect(grant?.role).toBe('identity-grant');
    expect(graph.document(grant?.policy ?? '').statements).toMatchObject([
      { effect: 'allow', actions: { include: ['*'] } },
    ]);
  });
});

describe('what is not known of an identity is never none', () => {
  it('a group that is not listed may grant anything', () => {
    const graph = estate({ authorizationDetails: details({ users: [user('a', { GroupList: ['gone'] })] }) });
    const id = `${arn('user/a')}/unread-groups`;
    expect(graph.attachments(arn('user/a'))).toEqual([{ policy: id, node: arn('user/a'), role: 'identity-grant' }]);
    expect(graph.document(id).unreadable).toContain('`gone`');
    expect(graph.gaps('groups')).toHaveLength(1);
  });

  it('lists that could not be read may grant anything', () => {
    const graph = estate({
      authorizationDetails: details({
        users: [user('a', { UserPolicyList: 7 })],
        groups: [group('g', { AttachedManagedPolicies: [{}] })],
      }),
    });
    for (const id of [arn('user/a'), arn('group/g')]) {
      expect(graph.attachments(id).map(({ policy: text }) => graph.document(text).unreadable)).toEqual([
        'some of its policies could not be read; what they say is unknown',
      ]);
    }
  });

  it('a boundary that could not be read caps in a way nobody knows', () => {
    const graph = estate({ authorizationDetails: details({ users: [user('a', { PermissionsBoundary: 'x' })] }) });
    expect(graph.attachments(arn('user/a'))).toMatchObject([{ role: 'identity-guard' }]);
    expect(graph.node(arn('user/a')).attributes).not.toHaveProperty('boundary');
  });

  it('a trust policy that is missing or invalid is unreadable, with a gap', () => {
    const graph = estate({
      authorizationDetails: details({
        roles: [
          role('a', '*', { AssumeRolePolicyDocument: undefined }),
          role('b', '*', {
            AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Sid: 'S', Effect: 'Permit' }] },
          }),
        ],
      }),
    });
    expect(graph.document(`${arn('role/a')}/trust`).unreadable).toBe('the input does not hold the policy text');
    expect(graph.gaps('policy text').map(({ scope, why }) => [scope, why])).toEqual([
      [arn('role/a'), 'trust policy `trust policy`: the input does not hold the policy text'],
      [arn('role/b'), 'trust policy `trust policy`: statement 1 (`S`): `Effect` must be `Allow` or `Deny`'],
    ]);
  });

  it('tags that could not be read are unknown', () => {
    const graph = estate({
      authorizationDetails: details({ users: [user('a', { Tags: 'x' }), user('b', { Tags: undefined })] }),
    });
    expect(graph.node(arn('user/a'))).not.toHaveProperty('tags');
    expect(graph.node(arn('user/b'))).toHaveProperty('tags', {});
  });
});

describe('managed policies', () => {
  const AWS_MANAGED = 'arn:aws:iam::aws:policy';

  it('of a customer are nodes, with how many versions they have', () => {
    const older = {
      ...policy('p', ALLOW_ALL),
      DefaultVersionId: 'v2',
      CreateDate: '2024-01-01',
      PolicyVersionList: [
        { VersionId: 'v2', IsDefaultVersion: true, Document: { Version: '2012-10-17', Statement: [] } },
        { VersionId: 'v1', IsDefaultVersion: false, Document: ALLOW_ALL },
      ],
    };
    const graph = estate({
      authorizationDetails: details({ policies: [older, policy('q', ALLOW_ALL), policy('aws', ALLOW_ALL, 'aws')] }),
    });
    expect(graph.node(arn('policy/p'))).toEqual({
      kind: 'resource',
      id: arn('policy/p'),
      provider: 'aws',
      type: 'AWS::IAM::ManagedPolicy',
      name: 'p',
      scope: SCOPE,
      created: '2024-01-01T00:00:00.000Z',
      attributes: {
        versions: 2,
        defaultVersion: 'v2',
        olderVersions: true,
        unreadVersions: false,
        olderVersionPolicies: [`${arn('policy/p')}:v1`],
      },
    });
    expect(graph.policy(`${arn('policy/p')}:v1`)).toMatchObject({ type: 'version', owner: arn('policy/p') });
    expect(graph.document(`${arn('policy/p')}:v1`).statements).toHaveLength(1);
    expect(graph.node(arn('policy/q')).attributes).toMatchObject({ versions: 1, olderVersions: false });
    expect(graph.document(arn('policy/p')).statements).toEqual([]);
    expect(graph.policy(arn('policy/p'))).toMatchObject({ type: 'managed', owner: arn('policy/p') });
    expect(graph.index.node(`${AWS_MANAGED}/aws`)).toBeUndefined();
    expect(graph.policy(`${AWS_MANAGED}/aws`)).toMatchObject({ type: 'aws-managed' });
  });

  it('without their default version are unreadable', () => {
    const graph = estate({
      authorizationDetails: details({ policies: [{ ...policy('p', {}), PolicyVersionList: [] }] }),
    });
    expect(graph.document(arn('policy/p')).unreadable).toBe('the input does not hold the policy text');
  });

  it('in use without their text may say anything; those of AWS hold no Deny unless made to deny', () => {
    const names = ['ReadOnlyAccess', 'AWSDenyAll', 'AWSCompromisedKeyQuarantineV3', 'SomeGuardrail'];
    const user1 = user('a', {
      AttachedManagedPolicies: [
        ...names.map((name) => ({ PolicyName: name, PolicyArn: `${AWS_MANAGED}/${name}` })),
        { PolicyName: 'own', PolicyArn: arn('policy/own') },
      ],
    });
    const graph = estate({
      authorizationDetails: details({ users: [user1, { ...user1, Arn: arn('user/b'), UserName: 'b' }] }),
    });
    const mayDeny = [...names.map((name) => `${AWS_MANAGED}/${name}`), arn('policy/own')].map(
      (id) => graph.document(id).mayDeny,
    );
    expect(mayDeny).toEqual([false, undefined, undefined, undefined, undefined]);
    expect(graph.gaps('policy text')).toHaveLength(5);
    expect(graph.gaps('policy text')[0]).toEqual({
      scope: SCOPE,
      what: 'policy text',
      why: `managed policy \`${arn('policy/own')}\` is in use, and the input does not hold its text`,
      fix: `aws iam get-policy --policy-arn ${arn('policy/own')}, then aws iam get-policy-version for its default version`,
      kind: 'not-collected',
    });
  });

  it('of AWS are listed by many accounts, and the newest text counts', () => {
    const version = (id: string, Action: string, UpdateDate: string) => ({
      ...policy('x', { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }, 'aws'),
      DefaultVersionId: id,
      UpdateDate,
      PolicyVersionList: [
        {
          VersionId: id,
          IsDefaultVersion: true,
          Document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } },
        },
      ],
    });
    const graph = estate({
      '111122223333': { authorizationDetails: details({ policies: [version('v9', 's3:Get*', '2024-01-01')] }) },
      '222233334444': { authorizationDetails: details({ policies: [version('v10', 's3:*', '2025-01-01')] }) },
    });
    expect(graph.document(`${AWS_MANAGED}/x`).statements[0]?.actions.include).toEqual(['s3:*']);
    expect(graph.gaps('policy text').map(({ why }) => why)).toEqual([
      'the accounts list different versions of this policy; the newest counts for all',
    ]);
  });
});

describe('identities outside the input', () => {
  const graph = estate({
    authorizationDetails: details({
      users: [user('a')],
      roles: [
        role('vendor', { AWS: 'arn:aws:iam::999900001111:role/path/scanner' }),
        role('own', { AWS: arn('user/a') }),
        role('gone', { AWS: 'AIDADELETEDXXXXXXXXX' }),
        role('open', '*'),
        role(
          'ci',
          { Federated: arn('oidc-provider/ci.example') },
          {
            AssumeRolePolicyDocument: trust(
              { Federated: arn('oidc-provider/ci.example') },
              { StringEquals: { 'ci.example:aud': 'a', 'ci.example:sub': 's' } },
            ),
          },
        ),
        role(
          'ci2',
          {},
          {
            AssumeRolePolicyDocument: trust(
              { Federated: arn('oidc-provider/ci.example') },
              { StringEquals: { 'ci.example:aud': 'b', 'ci.example:sub': 's' } },
            ),
          },
        ),
      ],
    }),
  });

  it('stand in the scope of their account, which is in no input', () => {
    expect(graph.node('arn:aws:iam::999900001111:role/path/scanner')).toEqual({
      kind: 'identity',
      id: 'arn:aws:iam::999900001111:role/path/scanner',
      provider: 'aws',
      type: 'role',
      name: 'scanner',
      scope: 'arn:aws:account::999900001111:account',
      external: true,
      attributes: { accountId: '999900001111', partition: 'aws' },
    });
    expect(graph.node('arn:aws:account::999900001111:account')).toMatchObject({
      zone: true,
      attributes: { collected: false },
    });
  });

  it('may do everything at home, since nobody can tell', () => {
    const external = graph.index.identities.filter((identity) => identity.external === true);
    expect(external.map(({ id }) => id)).toEqual([
      'arn:aws:iam::999900001111:role/path/scanner',
      'federated:ci.example#s',
      'public:aws',
    ]);
    for (const { id } of external) {
      const grants = graph.attachments(id).filter(({ role: part }) => part === 'identity-grant');
      expect(grants).toEqual([{ policy: 'synthetic:aws/grants-outside-the-input', node: id, role: 'identity-grant' }]);
    }
    expect(graph.policy('synthetic:aws/grants-outside-the-input')).toMatchObject({
      name: 'grants held outside the input',
      type: 'synthetic',
    });
  });

  it('trust nobody knows whom', () => {
    const outside = 'arn:aws:iam::999900001111:role/path/scanner';
    const [trustPolicy] = graph.attachments(outside).filter(({ role: part }) => part === 'resource-grant');
    expect(trustPolicy?.exclusiveFor?.include).toContain('sts:AssumeRole*');
    expect(graph.document(trustPolicy?.policy ?? '').unreadable).toBe(
      'the trust policy of a role outside the input is not in the input',
    );
    expect(graph.attachments('federated:ci.example#s')).toHaveLength(1);
  });

  it('add up what several policies say of one of them', () => {
    expect(graph.node('federated:ci.example#s').attributes).toEqual({
      issuer: 'ci.example',
      claims: { aud: ['a', 'b'], sub: 's' },
      providers: [arn('oidc-provider/ci.example')],
    });
  });

  it('are not made of identities that are in the input, or gone', () => {
    expect(graph.document(`${arn('role/own')}/trust`).statements[0]?.principals?.include).toEqual([
      { match: 'node', id: arn('user/a'), strength: 'bypasses-guards' },
    ]);
    expect(graph.document(`${arn('role/gone')}/trust`).statements[0]?.principals?.include).toEqual([
      { match: 'unresolved', text: 'AIDADELETEDXXXXXXXXX', dangling: true },
    ]);
  });

  it('are none where nobody names any', () => {
    const inside = estate({
      authorizationDetails: details({ users: [user('a')], roles: [role('r', { AWS: arn('user/a') })] }),
    });
    expect(inside.index.identities.filter((identity) => identity.external === true)).toEqual([]);
    expect(inside.graph.policies.some(({ id }) => id.includes('outside-the-input'))).toBe(false);
  });
});

it('accounts of one input trust each other by node', () => {
  const graph = estate({
    '111122223333': {
      authorizationDetails: details({ users: [{ ...user('a'), Arn: 'arn:aws:iam::111122223333:user/a' }] }),
    },
    [A]: {
      authorizationDetails: details({
        roles: [role('r', { AWS: ['111122223333', 'arn:aws:iam::111122223333:user/a'] })],
      }),
    },
  });
  expect(graph.document(`${arn('role/r')}/trust`).statements[0]?.principals?.include).toEqual([
    { match: 'scope', id: 'arn:aws:account::111122223333:account', strength: 'delegates' },
    { match: 'node', id: 'arn:aws:iam::111122223333:user/a', strength: 'bypasses-guards' },
  ]);
});
