import { describe, expect, it } from 'vitest';
import { ARN_TEMPLATES } from './resource-arns.ts';
import { RESOURCE_FACTS } from './resource-facts.ts';
import { RESOURCE_POLICY_SOURCES } from './resource-policies.ts';
import { A, arn, details, type Estate, estate, role, SCOPE, user } from './testing/estate.ts';
import { PLACEHOLDER_TYPES, WORKLOAD_TYPES } from './workload-roles.ts';

const SERVICES = WORKLOAD_TYPES.flatMap(({ roles }) =>
  roles.flatMap(({ service }) => (service === undefined ? [] : [`${service}.amazonaws.com`])),
);

const ROLES = details({
  roles: [
    role(
      'web',
      { Service: 'ec2.amazonaws.com' },
      { InstanceProfileList: [{ Arn: arn('instance-profile/web'), InstanceProfileName: 'web-profile' }] },
    ),
    role('fn', { Service: [...new Set(SERVICES)].sort() }),
    {
      ...role('nested', { Service: 'glue.amazonaws.com' }),
      Arn: arn('role/service-role/nested'),
      Path: '/service-role/',
    },
  ],
});

function withResources(...resources: readonly unknown[]): Estate {
  return estate({ authorizationDetails: ROLES, resources });
}

const resource = (TypeName: string, Identifier: string, Properties: Readonly<Record<string, unknown>> = {}) => ({
  TypeName,
  Identifier,
  Properties,
});
const runsAs = (graph: Estate) => graph.edges('runs-as').filter((edge) => !edge.includes('instance-profile'));
const FUNCTION = `arn:aws:lambda:eu-west-1:${A}:function:pay`;

describe('ids and facts of resources', () => {
  it.each([
    ['its identifier', resource('AWS::SNS::Topic', `arn:aws:sns:eu-west-1:${A}:t`), `arn:aws:sns:eu-west-1:${A}:t`],
    ['the property Arn', resource('AWS::Lambda::Function', 'pay', { Arn: FUNCTION }), FUNCTION],
    [
      'the property of its type',
      resource('AWS::AppRunner::Service', 'x', { ServiceArn: `arn:aws:apprunner:eu-west-1:${A}:service/x/1` }),
      `arn:aws:apprunner:eu-west-1:${A}:service/x/1`,
    ],
    [
      'the table, with a region beside it',
      { ...resource('AWS::Lambda::Function', 'pay'), Region: 'eu-west-1' },
      FUNCTION,
    ],
    [
      'the table, with the region of its zone',
      resource('AWS::EC2::Instance', 'i-1', { AvailabilityZone: 'eu-west-1b' }),
      `arn:aws:ec2:eu-west-1:${A}:instance/i-1`,
    ],
    ['the table, without a region', resource('AWS::S3::Bucket', 'data'), 'arn:aws:s3:::data'],
    [
      'the URL of a queue',
      resource('AWS::SQS::Queue', `https://sqs.eu-west-1.amazonaws.com/${A}/jobs`),
      `arn:aws:sqs:eu-west-1:${A}:jobs`,
    ],
    [
      'parts of an identifier',
      { ...resource('AWS::CodeDeploy::DeploymentGroup', 'app|group'), Region: 'eu-west-1' },
      `arn:aws:codedeploy:eu-west-1:${A}:deploymentgroup:app/group`,
    ],
    ['no region', resource('AWS::Lambda::Function', 'pay'), `arn:aws:lambda:*:${A}:function:pay`],
    [
      'the path of a parameter',
      { ...resource('AWS::SSM::Parameter', '/db/pw'), Region: 'eu-west-1' },
      `arn:aws:ssm:eu-west-1:${A}:parameter/db/pw`,
    ],
    ['nothing: no ARN is known', resource('AWS::Unheard::Of', 'x'), `AWS::Unheard::Of:${A}:x`],
  ])('%s makes the id', (_, listed, id) => {
    expect(withResources(listed).node(id)).toMatchObject({ kind: 'resource', type: listed.TypeName, scope: SCOPE });
  });

  it('names, tags and regions are kept, other properties are not', () => {
    const graph = withResources(
      resource('AWS::Lambda::Function', 'pay', {
        Arn: FUNCTION,
        FunctionName: 'pay',
        Tags: [{ Key: 'data', Value: 'payments' }],
        Environment: { Variables: { TOKEN: 'hunter2' } },
        MemorySize: 128,
      }),
      resource('AWS::EC2::Instance', 'i-1', {
        AvailabilityZone: 'eu-west-1b',
        Tags: [{ Key: 'Name', Value: 'web-1' }],
      }),
      resource('AWS::SSM::Document', 'd', { Name: 'runbook', Tags: { a: 'b' } }),
      resource('AWS::S3::Bucket', 'bad', { Tags: [{ Key: 'x', Value: 7 }] }),
    );
    expect(graph.node(FUNCTION)).toEqual({
      kind: 'resource',
      id: FUNCTION,
      provider: 'aws',
      type: 'AWS::Lambda::Function',
      name: 'pay',
      scope: SCOPE,
      tags: { data: 'payments' },
      attributes: { region: 'eu-west-1', codeSigningConfig: null },
    });
    expect(graph.node(`arn:aws:ec2:eu-west-1:${A}:instance/i-1`).name).toBe('web-1');
    expect(graph.node(`arn:aws:ssm:*:${A}:document/d`)).toMatchObject({ name: 'runbook', tags: { a: 'b' } });
    expect(graph.node('arn:aws:s3:::bad')).not.toHaveProperty('tags');
    expect(graph.gaps('tags')).toHaveLength(1);
    expect(graph.gaps('resource regions')).toMatchObject([
      { scope: SCOPE, why: expect.stringContaining('1 resource comes') },
    ]);
    expect(JSON.stringify(graph.graph)).not.toContain('hunter2');
  });

  it('listed again is one gap', () => {
    const graph = withResources(resource('AWS::S3::Bucket', 'data'), resource('AWS::S3::Bucket', 'data'));
    expect(graph.gaps('duplicate resource')).toEqual([
      {
        scope: 'arn:aws:s3:::data',
        what: 'duplicate resource',
        why: 'it is listed again; the first is kept',
        kind: 'bad-input',
      },
    ]);
  });

  it('identities are never resources', () => {
    const graph = withResources(
      resource('AWS::IAM::Role', 'fn', { Arn: arn('role/fn') }),
      resource('AWS::IAM::Role', 'later', { Arn: arn('role/later') }),
      resource('AWS::IAM::AccessKey', 'AKIAIOSFODNN7EXAMPLE', { SecretAccessKey: 'hunter2' }),
    );
    expect(graph.node(arn('role/fn')).kind).toBe('identity');
    expect(graph.index.node(arn('role/later'))).toBeUndefined();
    expect(graph.gaps('authorization details').map(({ why }) => why)).toEqual([
      '`AWS::IAM::Role` `later` is a listed resource and not in the authorization details',
    ]);
    expect(JSON.stringify(graph.graph)).not.toContain('hunter2');
  });
});

describe('roles that workloads run as (aws.md 3.6)', () => {
  it('every row of the table has its own type and readable paths', () => {
    const types = WORKLOAD_TYPES.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    for (const { type, roles } of WORKLOAD_TYPES) {
      expect(type).toMatch(/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/);
      expect(roles.length).toBeGreaterThan(0);
      for (const { path } of roles) expect(path).toMatch(/^(\w+(\{\}|\[(\w+=\w+)?\])?)(\.\w+(\{\}|\[(\w+=\w+)?\])?)*$/);
    }
  });

  it('every row of the table is found where it says', () => {
    for (const { type, roles } of WORKLOAD_TYPES) {
      for (const { path, names, byCluster } of roles) {
        // What a cluster takes has a trust policy of another kind.
        if (byCluster === true) continue;
        const value = names === 'role' ? arn('role/fn') : 'web-profile';
        const graph = withResources(resource(type, 'x', nested(path, value)));
        const to = names === 'role' ? arn('role/fn') : arn('role/web');
        expect([type, path, runsAs(graph).filter((edge) => edge.endsWith(`-> ${to}`)).length]).toEqual([type, path, 1]);
      }
    }
  });

  it.each([
    ['ARN', 'AWS::Lambda::Function', { Role: arn('role/fn') }, arn('role/fn')],
    ['name', 'AWS::Glue::Job', { Role: 'nested' }, arn('role/service-role/nested')],
    ['path and name', 'AWS::Glue::Job', { Role: 'service-role/nested' }, arn('role/service-role/nested')],
    ['instance profile name', 'AWS::EC2::Instance', { IamInstanceProfile: 'web-profile' }, arn('role/web')],
    [
      'instance profile ARN',
      'AWS::EC2::Instance',
      { IamInstanceProfile: { Arn: arn('instance-profile/web'), Id: 'x' } },
      arn('role/web'),
    ],
    ['names of the service API', 'AWS::StepFunctions::StateMachine', { roleArn: arn('role/fn') }, arn('role/fn')],
  ])('named by %s', (_, type, properties, to) => {
    const graph = withResources(resource(type, 'x', properties));
    expect(runsAs(graph)).toEqual([expect.stringMatching(new RegExp(`-> ${to}$`))]);
    expect(graph.gaps().filter(({ what }) => what !== 'resource regions')).toEqual([
      expect.objectContaining({ what: 'last used' }),
      expect.objectContaining({ what: 'last used' }),
    ]);
  });

  it('that are not in the input are a gap, and no edge', () => {
    const graph = withResources(
      resource('AWS::Lambda::Function', 'a', { Role: arn('role/gone') }),
      resource('AWS::Glue::Job', 'b', { Role: 'gone' }),
      resource('AWS::Glue::Job', 'c', { Role: { 'Fn::GetAtt': ['x', 'Arn'] } }),
      resource('AWS::EC2::Instance', 'd', { IamInstanceProfile: 'gone' }),
    );
    expect(runsAs(graph)).toEqual([]);
    expect([...graph.gaps('role'), ...graph.gaps('instance profile')].map(({ why }) => why)).toEqual([
      'the role in `Role` is not in the input',
      'the role in `Role` is not in the input',
      `the role in \`Role\`, \`${arn('role/gone')}\`, is not in the input`,
      'the instance profile in `IamInstanceProfile` is not in the input',
    ]);
  });

  it.each([
    ['the service', { Service: 'lambda.amazonaws.com' }, ''],
    ['the service in one region', { Service: 'lambda.eu-west-1.amazonaws.com' }, ''],
    ['anyone', '*', ''],
    ['another service', { Service: ['ec2.amazonaws.com', 'edgelambda.amazonaws.com'] }, ' (unknown)'],
  ])('aws.md 2.1: are assumed where their trust policy lets %s in', (_, principal, certainty) => {
    const graph = estate({
      authorizationDetails: details({ roles: [role('fn', principal)] }),
      resources: [resource('AWS::Lambda::Function', FUNCTION, { Role: arn('role/fn') })],
    });
    expect(runsAs(graph)).toEqual([`runs-as ${FUNCTION} -> ${arn('role/fn')}${certainty}`]);
    expect(graph.gaps('role')).toHaveLength(certainty === '' ? 0 : 1);
  });

  it.each([
    ['nobody', {}],
    ['the account', { AWS: A }],
    ['a session of a user of the account', { AWS: `arn:aws:sts::${A}:federated-user/ci` }],
    ['a session of a user of another account', { AWS: 'arn:aws:sts::777788889999:federated-user/ci' }],
  ])('aws.md 2.1: are a gap, and no edge, where their trust policy lets %s in', (_, principal) => {
    const fn = { ...role('fn', principal) };
    const Statement = Object.keys(principal).length === 0 ? [] : undefined;
    const trust = Statement === undefined ? {} : { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement } };
    const graph = estate({
      authorizationDetails: details({ roles: [{ ...fn, ...trust }] }),
      resources: [resource('AWS::Lambda::Function', FUNCTION, { Role: arn('role/fn') })],
    });
    expect(runsAs(graph)).toEqual([]);
    expect(graph.gaps('role')).toEqual([
      {
        scope: FUNCTION,
        what: 'role',
        why: `the trust policy of \`${arn('role/fn')}\` does not let \`lambda.amazonaws.com\` in`,
        kind: 'bad-input',
      },
    ]);
  });

  it('aws.md 3.6: an add-on of a cluster has the role that its service accounts take with tokens of the issuer', () => {
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/C0FFEE';
    const addOn = `AWS::EKS::Addon:${A}:prod|cni`;
    const runs = (trusted: unknown, cluster: Readonly<Record<string, unknown>>, as = arn('role/cni')) => {
      const graph = estate({
        authorizationDetails: details({ roles: [role('cni', trusted)] }),
        resources: [
          resource('AWS::EKS::Cluster', 'prod', cluster),
          resource('AWS::EKS::Addon', 'prod|cni', { ClusterName: 'prod', ServiceAccountRoleArn: as }),
        ],
      });
      return [
        graph.edges('runs-as').map((edge) => edge.replace(`runs-as ${addOn} -> `, '')),
        graph.gaps('role').length,
      ];
    };
    const known = { OpenIdConnectIssuerUrl: `https://${issuer}` };
    const federated = { Federated: arn(`oidc-provider/${issuer}`) };
    expect(runs(federated, known)).toEqual([[arn('role/cni')], 0]);
    expect(runs(federated, {})).toEqual([[`${arn('role/cni')} (unknown)`], 1]);
    expect(runs({ Federated: arn('oidc-provider/other.example') }, known)).toEqual([[], 1]);
    // Neither the service of Pod Identity nor that of EKS hands it out.
    expect(runs({ Service: ['pods.eks.amazonaws.com', 'eks.amazonaws.com'] }, known)).toEqual([[], 1]);
    const outside = arn('role/cni', '999900001111');
    expect(runs(federated, known, outside)).toEqual([[`${outside} (unknown)`], 1]);
  });

  it('of another account are external identities', () => {
    const other = 'arn:aws:iam::999900001111:role/target';
    const graph = withResources(
      resource('AWS::EKS::PodIdentityAssociation', 'x', { RoleArn: arn('role/fn'), TargetRoleArn: other }),
    );
    expect(graph.node(other)).toMatchObject({ kind: 'identity', external: true });
    expect(runsAs(graph)).toHaveLength(2);
  });

  it('in profiles that are listed as resources', () => {
    const graph = withResources(
      resource('AWS::IAM::InstanceProfile', 'other', {
        InstanceProfileName: 'other',
        Arn: arn('instance-profile/other'),
        Roles: ['fn'],
      }),
      resource('AWS::EC2::Instance', 'i-1', { AvailabilityZone: 'eu-west-1a', IamInstanceProfile: 'other' }),
    );
    expect(graph.edges('runs-as')).toContain(`runs-as ${arn('instance-profile/other')} -> ${arn('role/fn')}`);
    expect(runsAs(graph)).toEqual([`runs-as arn:aws:ec2:eu-west-1:${A}:instance/i-1 -> ${arn('role/fn')}`]);
  });
});

describe('facts that preconditions ask about', () => {
  const facts = (listed: ReturnType<typeof resource>, ...more: readonly unknown[]) =>
    withResources(listed, ...more).index.resources.find(({ type }) => type === listed.TypeName)?.attributes;

  it('every row of the table reads what it says', () => {
    const SAMPLES = {
      word: 'InService',
      flag: true,
      presence: {},
      arn: `arn:aws:lambda:eu-west-1:${A}:code-signing-config:csc-1`,
    };
    for (const { type, attribute, paths, reads } of RESOURCE_FACTS) {
      for (const path of paths) {
        const expected = reads === 'presence' ? true : SAMPLES[reads];
        expect([type, path, facts(resource(type, 'x', nested(path, SAMPLES[reads])))?.[attribute]]).toEqual([
          type,
          path,
          expected,
        ]);
        const odd = facts(resource(type, 'x', nested(path, [{ secret: 'hunter2' }])));
        expect(JSON.stringify(odd ?? {})).not.toContain('hunter2');
      }
      const absent = { word: undefined, flag: undefined, presence: false, arn: null }[reads];
      expect([type, facts(resource(type, 'x'))?.[attribute]]).toEqual([type, absent]);
    }
  });

  it('no text that could be a secret passes for a word', () => {
    for (const status of ['has space', 'x'.repeat(65), 'a/b+c=', '']) {
      expect(
        facts(resource('AWS::SageMaker::NotebookInstance', 'x', { NotebookInstanceStatus: status })),
      ).toBeUndefined();
    }
  });

  it('users of a Studio domain sign in as their domain says', () => {
    const user = resource('AWS::SageMaker::UserProfile', 'ada|d-1', { DomainId: 'd-1' });
    const domain = resource('AWS::SageMaker::Domain', 'd-1', { AuthMode: 'IAM' });
    expect(facts(user, domain)).toEqual({ authMode: 'IAM' });
    expect(facts(user)).toBeUndefined();
  });
});

describe('resource policies (aws.md 3.4)', () => {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  };
  const grants = (graph: Estate) =>
    graph.graph.attachments.filter(({ policy }) => policy.includes('/policy') && !policy.includes(':iam::'));

  it('every row of the table is found where it says', () => {
    for (const { type, document: path, appliesTo, exclusiveFor, statement } of RESOURCE_POLICY_SOURCES) {
      const target =
        appliesTo?.path === undefined
          ? {}
          : nested(appliesTo.path, appliesTo.type === 'AWS::S3::Bucket' ? 'data' : `arn:aws:x:eu-west-1:${A}:y`);
      const text = statement === true ? document.Statement : document;
      const all = appliesTo !== undefined && appliesTo.path === undefined ? [resource(appliesTo.type, 'all')] : [];
      const graph = withResources(resource(type, 'x', { ...nested(path, text), ...target }), ...all);
      const found = grants(graph);
      expect([type, found.length, found[0]?.role]).toEqual([type, 1, 'resource-grant']);
      expect(found[0]?.exclusiveFor).toEqual(exclusiveFor);
      expect(graph.node(found[0]?.node ?? '').type).toBe(appliesTo?.type ?? type);
      expect(graph.document(found[0]?.policy ?? '').statements).toHaveLength(1);
    }
  });

  it('stand on the listed resource, or on one that only the policy names', () => {
    const graph = withResources(
      resource('AWS::S3::Bucket', 'data', { Tags: [] }),
      resource('AWS::S3::BucketPolicy', 'data', { Bucket: 'data', PolicyDocument: document }),
      resource('AWS::S3::BucketPolicy', 'other', { Bucket: 'other', PolicyDocument: JSON.stringify(document) }),
      resource('AWS::SQS::QueuePolicy', 'q', {
        Queues: [`https://sqs.eu-west-1.amazonaws.com/${A}/jobs`],
        PolicyDocument: document,
      }),
    );
    expect(
      grants(graph)
        .map(({ node }) => node)
        .sort(),
    ).toEqual(['arn:aws:s3:::data', 'arn:aws:s3:::other', `arn:aws:sqs:eu-west-1:${A}:jobs`]);
    expect(graph.node('arn:aws:s3:::data')).toHaveProperty('tags', {});
    expect(graph.node(`arn:aws:sqs:eu-west-1:${A}:jobs`)).toMatchObject({
      type: 'AWS::SQS::Queue',
      name: 'jobs',
      attributes: { region: 'eu-west-1' },
    });
    expect(graph.policy('arn:aws:s3:::data/policy')).toMatchObject({ type: 'resource', owner: 'arn:aws:s3:::data' });
  });

  it('of a registry stand on its repositories, and on those of no other region', () => {
    const repository = (region: string) => ({ ...resource('AWS::ECR::Repository', region), Region: region });
    const graph = withResources(repository('eu-west-1'), repository('us-east-1'), {
      ...resource('AWS::ECR::RegistryPolicy', A, { PolicyText: document }),
      Region: 'eu-west-1',
    });
    expect(grants(graph).map(({ node }) => node)).toEqual([`arn:aws:ecr:eu-west-1:${A}:repository/eu-west-1`]);
  });

  it('of streams stand on the stream, and the table has none', () => {
    const stream = `arn:aws:dynamodb:eu-west-1:${A}:table/t/stream/1`;
    const table = (extra: Readonly<Record<string, unknown>>) =>
      withResources(
        resource('AWS::DynamoDB::Table', 't', {
          Arn: `arn:aws:dynamodb:eu-west-1:${A}:table/t`,
          StreamArn: stream,
          ...extra,
        }),
      );
    const graph = table({ StreamSpecification: { ResourcePolicy: { PolicyDocument: document } } });
    expect(grants(graph).map(({ node }) => node)).toEqual([stream]);
    expect(graph.node(`arn:aws:dynamodb:eu-west-1:${A}:table/t`).type).toBe('AWS::DynamoDB::Table');
    expect(grants(table({ StreamSpecification: {} }))).toEqual([]);
  });

  it('of layer versions are for everybody, an account or an organization', () => {
    const layer = `arn:aws:lambda:eu-west-1:${A}:layer:tools:3`;
    const permission = (extra: Readonly<Record<string, unknown>>) =>
      withResources(
        resource('AWS::Lambda::LayerVersionPermission', 'p', {
          LayerVersionArn: layer,
          Action: 'lambda:GetLayerVersion',
          Principal: '*',
          ...extra,
        }),
      );
    const statement = (graph: Estate) => graph.document(`${layer}/permission`).statements[0];
    expect(statement(permission({}))).toMatchObject({ principals: { include: [{ match: 'anyone' }] } });
    expect(statement(permission({}))).not.toHaveProperty('condition');
    expect(statement(permission({ OrganizationId: 'o-1' }))).toHaveProperty('condition');
    expect(statement(permission({ Principal: '999900001111' }))?.principals?.include).toMatchObject([
      { match: 'scope' },
    ]);
    expect(permission({ LayerVersionArn: 'tools' }).gaps('resource policy')).toHaveLength(1);
  });

  it('several on one resource all count', () => {
    const graph = withResources(
      resource('AWS::SNS::TopicPolicy', 'a', { Topics: [`arn:aws:sns:eu-west-1:${A}:t`], PolicyDocument: document }),
      resource('AWS::SNS::TopicPolicy', 'b', {
        Topics: [`arn:aws:sns:eu-west-1:${A}:t`],
        PolicyDocument: { ...document, Statement: [] },
      }),
    );
    expect(
      grants(graph)
        .map(({ policy }) => policy)
        .sort(),
    ).toEqual([`arn:aws:sns:eu-west-1:${A}:t/policy`, `arn:aws:sns:eu-west-1:${A}:t/policy/2`]);
  });

  it('of a key that are missing, and those that are invalid, may say anything', () => {
    const graph = withResources(
      { ...resource('AWS::KMS::Key', 'k'), Region: 'eu-west-1' },
      resource('AWS::S3::BucketPolicy', 'data', {
        Bucket: 'data',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*' }] },
      }),
      resource('AWS::S3::BucketPolicy', 'none', { Bucket: 'none' }),
    );
    expect(graph.document(`arn:aws:kms:eu-west-1:${A}:key/k/policy`).unreadable).toBeDefined();
    expect(graph.document('arn:aws:s3:::data/policy').unreadable).toBe('statement 1: `Principal` is missing');
    expect(graph.document('arn:aws:s3:::none/policy').unreadable).toBeDefined();
    expect(graph.gaps('policy text')).toHaveLength(3);
  });

  it('without a target are a gap', () => {
    const graph = withResources(
      resource('AWS::S3::BucketPolicy', 'x', { Bucket: { Ref: 'B' }, PolicyDocument: document }),
      resource('AWS::SQS::QueuePolicy', 'x', { PolicyDocument: document }),
      resource('AWS::Lambda::Permission', 'x', {
        FunctionName: 'pay',
        Principal: '*',
        Action: 'lambda:InvokeFunction',
      }),
    );
    expect(graph.gaps('resource policy').map(({ why }) => why)).toEqual([
      'a policy of type `AWS::Lambda::Permission` does not say plainly, in `FunctionName`, to which function it applies',
      'a policy of type `AWS::S3::BucketPolicy` does not say plainly, in `Bucket`, to which resource it applies',
      'a policy of type `AWS::SQS::QueuePolicy` does not say plainly, in `Queues[]`, to which resource it applies',
    ]);
  });
});

describe('permissions of functions', () => {
  function permission(properties: Readonly<Record<string, unknown>>) {
    const graph = withResources(
      resource('AWS::Lambda::Permission', 'pay|one', {
        FunctionName: FUNCTION,
        Action: 'lambda:InvokeFunction',
        ...properties,
      }),
    );
    return graph.document(`${FUNCTION}/permission/one`).statements[0];
  }

  it('are the statement that Lambda makes of them', () => {
    expect(permission({ Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::data', SourceAccount: A })).toEqual({
      effect: 'allow',
      actions: { include: ['lambda:InvokeFunction'], exclude: [] },
      resources: { include: [FUNCTION], exclude: [] },
      principals: { include: [{ match: 'service', name: 's3.amazonaws.com', strength: 'sufficient' }], exclude: [] },
      condition: {
        language: 'aws',
        body: {
          version: '2012-10-17',
          block: { ArnLike: { 'aws:SourceArn': ['arn:aws:s3:::data'] }, StringEquals: { 'aws:SourceAccount': [A] } },
        },
      },
      index: 0,
    });
  });

  it('name principals in each form', () => {
    expect(permission({ Principal: '*', FunctionUrlAuthType: 'NONE' })).toMatchObject({
      principals: { include: [{ match: 'anyone' }] },
      condition: { body: { block: { StringEquals: { 'lambda:FunctionUrlAuthType': ['NONE'] } } } },
    });
    expect(permission({ Principal: A })?.principals?.include).toMatchObject([{ match: 'scope' }]);
    expect(permission({ Principal: arn('role/fn') })?.principals?.include).toMatchObject([{ match: 'node' }]);
    expect(permission({ Principal: '*', PrincipalOrgID: 'o-1' })?.condition?.body).toMatchObject({
      block: { StringEquals: { 'aws:PrincipalOrgID': ['o-1'] } },
    });
  });

  it('do not carry the event source token', () => {
    const statement = permission({ Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'hunter2' });
    expect(JSON.stringify(statement)).not.toContain('hunter2');
    expect(statement?.condition?.body).toMatchObject({ block: { Null: { 'lambda:EventSourceToken': ['false'] } } });
  });

  it.each([
    ['name', 'pay', FUNCTION],
    ['name and alias', 'pay:live', `${FUNCTION}:live`],
    ['partial ARN', `${A}:function:pay`, FUNCTION],
    ['ARN with version', `${FUNCTION}:3`, `${FUNCTION}:3`],
  ])('find the function by %s', (_, FunctionName, resourceArn) => {
    const listed = {
      ...resource('AWS::Lambda::Permission', 'pay|one', { FunctionName, Action: 'lambda:*', Principal: '*' }),
      Region: 'eu-west-1',
    };
    const graph = withResources(listed);
    expect(graph.node(FUNCTION).type).toBe('AWS::Lambda::Function');
    expect(graph.document(`${FUNCTION}/permission/one`).statements[0]?.resources?.include).toEqual([resourceArn]);
  });
});

describe('resources that were not collected', () => {
  it('are stood for by one placeholder a type, that may run as what the service may assume', () => {
    const graph = estate({
      authorizationDetails: details({
        roles: [
          role('fn', { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] }),
          role('cn', { Service: 'ec2.amazonaws.com.cn' }),
          role('deny', '*', {
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Deny', Principal: { Service: 'lambda.amazonaws.com' }, Action: '*' }],
            },
          }),
          role('bad', '*', { AssumeRolePolicyDocument: 7 }),
          role('person', { AWS: A }),
        ],
        users: [user('a')],
      }),
    });
    const nodes = graph.index.resources.filter(({ uncollected }) => uncollected === true);
    expect(nodes.map(({ id }) => id)).toEqual(PLACEHOLDER_TYPES.map((type) => `${type}:${A}:*`));
    expect(graph.edges('runs-as').filter((edge) => edge.includes('AWS::Lambda::Function:'))).toEqual([
      `runs-as AWS::Lambda::Function:${A}:* -> ${arn('role/bad')} (unknown)`,
      `runs-as AWS::Lambda::Function:${A}:* -> ${arn('role/fn')} (unknown)`,
    ]);
    expect(graph.edges('runs-as').filter((edge) => edge.includes('AWS::EC2::Instance:'))).toEqual([
      `runs-as AWS::EC2::Instance:${A}:* -> ${arn('role/bad')} (unknown)`,
      `runs-as AWS::EC2::Instance:${A}:* -> ${arn('role/cn')} (unknown)`,
    ]);
  });

  it('stand in for a list that could not be read in full', () => {
    const graph = withResources(resource('AWS::S3::Bucket', 'data'), { TypeName: 'AWS::Lambda::Function' });
    expect(graph.index.resources.filter(({ uncollected }) => uncollected === true)).toHaveLength(
      PLACEHOLDER_TYPES.length,
    );
  });

  it('stand for the types that a list may lack, and for no others', () => {
    const graph = estate({
      authorizationDetails: details({ roles: [role('fn', { Service: 'lambda.amazonaws.com' })] }),
      resources: {
        ResourceDescriptions: [resource('AWS::S3::Bucket', 'data')],
        IncompleteTypes: ['AWS::Lambda::Function', 'AWS::IAM::InstanceProfile', 'AWS::SSM::Document'],
      },
    });
    expect(graph.index.resources.filter(({ uncollected }) => uncollected === true).map(({ type }) => type)).toEqual([
      'AWS::Lambda::Function',
    ]);
    expect(graph.edges('runs-as')).toEqual([`runs-as AWS::Lambda::Function:${A}:* -> ${arn('role/fn')} (unknown)`]);
    expect(graph.node(SCOPE)).toMatchObject({
      attributes: {
        unlistedTypes: ['AWS::IAM::InstanceProfile', 'AWS::Lambda::Function', 'AWS::SSM::Document'],
      },
    });
  });

  it('include instance profiles where the roles were not listed in full', () => {
    const { RoleDetailList: _, ...without } = details({});
    const graph = estate({ authorizationDetails: without, resources: [] });
    expect(graph.index.resources.map(({ id, uncollected }) => [id, uncollected])).toEqual([
      [`AWS::IAM::InstanceProfile:${A}:*`, true],
    ]);
  });

  it('are none where they were collected', () => {
    expect(withResources().index.resources.filter(({ uncollected }) => uncollected === true)).toEqual([]);
  });
});

describe('identity providers', () => {
  it('are nodes; what trusts one that is missing trusts nobody until it is made again', () => {
    const github = arn('oidc-provider/token.actions.githubusercontent.com');
    const trusting = (name: string, provider: string) => role(name, { Federated: provider });
    const graph = estate({
      authorizationDetails: details({
        roles: [trusting('ci', github), trusting('old', arn('oidc-provider/gone.example'))],
      }),
      identityProviders: {
        OpenIDConnectProviders: [{ Arn: github, ClientIDList: ['b', 'a'], CreateDate: '2024-01-01' }, { Arn: github }],
        SAMLProviders: [{ Arn: arn('saml-provider/idp'), ValidUntil: '2027-01-01', Tags: [{ Key: 'a', Value: 'b' }] }],
      },
    });
    expect(graph.node(github)).toMatchObject({
      kind: 'resource',
      type: 'AWS::IAM::OIDCProvider',
      name: 'token.actions.githubusercontent.com',
      attributes: { issuer: 'token.actions.githubusercontent.com', audiences: ['a', 'b'] },
    });
    expect(graph.node(arn('saml-provider/idp'))).toMatchObject({
      type: 'AWS::IAM::SAMLProvider',
      name: 'idp',
      tags: { a: 'b' },
      attributes: { issuer: arn('saml-provider/idp') },
    });
    expect(graph.gaps('identity providers')).toHaveLength(1);
    expect(graph.document(`${arn('role/ci')}/trust`).statements[0]?.principals?.include).toMatchObject([
      { match: 'node' },
    ]);
    expect(graph.document(`${arn('role/old')}/trust`).statements[0]?.principals?.include).toEqual([
      { match: 'unresolved', text: arn('oidc-provider/gone.example'), dangling: true },
      {
        match: 'node',
        id: `federated:${arn('oidc-provider/gone.example')}#*`,
        strength: 'bypasses-guards',
        certainty: 'conditional',
      },
    ]);
  });
});

it('aws.md 1.10: a scaling group goes by the ARN it has, or by its name whatever its id', () => {
  const type = 'AWS::AutoScaling::AutoScalingGroup';
  const AutoScalingGroupARN = `arn:aws:autoscaling:eu-west-1:${A}:autoScalingGroup:0f-1:autoScalingGroupName/web`;
  const idOf = (properties: Readonly<Record<string, unknown>>) =>
    withResources({ ...resource(type, 'web', properties), Region: 'eu-west-1' })
      .index.graph.nodes.filter((node) => node.kind === 'resource' && node.type === type)
      .map(({ id }) => id);
  expect(idOf({ AutoScalingGroupARN })).toEqual([AutoScalingGroupARN]);
  expect(idOf({ AutoScalingGroupName: 'web' })).toEqual([
    `arn:aws:autoscaling:eu-west-1:${A}:autoScalingGroup:*:autoScalingGroupName/web`,
  ]);
});

it('ARN templates name only known placeholders', () => {
  for (const template of Object.values(ARN_TEMPLATES)) {
    expect(template.replace(/\{(partition|region|account|id|1|2)\}/g, '')).not.toMatch(/[{}]/);
    expect(template).toMatch(/^arn:\{partition\}:[a-z0-9-]+:(\{region\})?:(\{account\})?:/);
  }
});

/** Properties with a value at a path of the tables. */
function nested(path: string, value: unknown): Record<string, unknown> {
  return path
    .split('.')
    .reverse()
    .reduce<unknown>((inner, step) => {
      const [, name = '', suffix = '', key = '', wanted = ''] = /^(\w+)(\{\}|\[(?:(\w+)=(\w+))?\])?$/.exec(step) ?? [];
      if (suffix === '') return { [name]: inner };
      if (suffix === '{}') return { [name]: { any: inner } };
      return { [name]: [key === '' ? inner : { [key]: wanted, ...(inner as object) }] };
    }, value) as Record<string, unknown>;
}
