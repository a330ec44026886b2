import { describe, expect, it } from 'vitest';
import { A, arn, details, type Estate, estate, role } from '../../normalize/testing/estate.ts';
import { collectResources } from './index.ts';
import type { ResourcesFile } from './resources-file.ts';
import { type Answers, DENIED, fakeCalls, missing, NOT_OFFERED, Refusal } from './testing/fake-calls.ts';

const REGION = 'eu-west-1';
const PARTNER = '777788889999';
const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: PARTNER }, Action: '*', Resource: '*' }],
};
const TEXT = JSON.stringify(OPEN);
const ROLES = details({
  roles: [
    role('fn', { Service: 'lambda.amazonaws.com' }),
    role(
      'web',
      { Service: 'ec2.amazonaws.com' },
      {
        InstanceProfileList: [
          {
            InstanceProfileName: 'web',
            Arn: arn('instance-profile/web'),
            Roles: [{ RoleName: 'web', Arn: arn('role/web') }],
          },
        ],
      },
    ),
    role('task', { Service: 'ecs-tasks.amazonaws.com' }),
    role(
      'pod',
      { Service: 'pods.eks.amazonaws.com' },
      {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'pods.eks.amazonaws.com' },
              Action: ['sts:AssumeRole', 'sts:TagSession'],
            },
          ],
        },
      },
    ),
    role('build', { Service: 'codebuild.amazonaws.com' }),
    role('stack', { Service: 'cloudformation.amazonaws.com' }),
    role('etl', { Service: 'glue.amazonaws.com' }),
  ],
});

interface Collected {
  readonly file: ResourcesFile;
  readonly estate: Estate;
  readonly gaps: ReturnType<typeof fakeCalls>['gaps'];
  readonly made: ReturnType<typeof fakeCalls>['made'];
}

async function collect(answers: Answers, regions: readonly string[] = [REGION]): Promise<Collected> {
  const { calls, gaps, made } = fakeCalls(answers, regions);
  const file = await collectResources(calls, { allRegions: true });
  return {
    file,
    estate: estate({ authorizationDetails: ROLES, resources: JSON.parse(JSON.stringify(file)) }),
    gaps,
    made,
  };
}

/** Gaps for what a test makes fail: those for types without a call are in every collection. */
const told = ({ gaps }: Collected) => gaps.filter(({ why }) => !why.includes('no call for'));

const policyOf = ({ estate: found }: Collected, node: string) => {
  const policy = found.graph.policies.find(({ id, owner }) => owner === node && !id.endsWith('/trust'));
  return policy === undefined ? undefined : found.graph.documents.find(({ id }) => id === policy.document);
};

interface PolicyCase {
  readonly name: string;
  readonly node: string;
  readonly lists: Answers;
  /** The call that gives the policy, its reply, and the error that means that there is none. */
  readonly call: string;
  readonly reply: Answers[string];
  readonly none?: Answers[string];
  readonly action: string;
}

const fn = `arn:aws:lambda:${REGION}:${A}:function:pay`;
const layer = `arn:aws:lambda:${REGION}:${A}:layer:base:1`;
const key = `arn:aws:kms:${REGION}:${A}:key/k1`;
const secret = `arn:aws:secretsmanager:${REGION}:${A}:secret:db-AbCdEf`;
const queue = `arn:aws:sqs:${REGION}:${A}:jobs`;
const topic = `arn:aws:sns:${REGION}:${A}:news`;
const table = `arn:aws:dynamodb:${REGION}:${A}:table/orders`;
const repository = `arn:aws:ecr:${REGION}:${A}:repository/web`;
const accessPoint = `arn:aws:s3:${REGION}:${A}:accesspoint/ap`;
const stream = `arn:aws:kinesis:${REGION}:${A}:stream/clicks`;
const tableBucket = `arn:aws:s3tables:${REGION}:${A}:bucket/lake`;

/** Answers of Cloud Control by type: identifiers with their properties. */
function cloudControl(
  resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  get: (
    type: string,
    identifier: string,
  ) => ReturnType<Extract<Answers[string], (...args: never[]) => unknown>> | undefined = () => undefined,
): Answers {
  return {
    'cloudcontrol.ListResources': ({ TypeName }) => ({
      ResourceDescriptions: Object.keys(resources[String(TypeName)] ?? {}).map((Identifier) => ({ Identifier })),
    }),
    'cloudcontrol.GetResource': ({ TypeName, Identifier }) => {
      const answer = get(String(TypeName), String(Identifier));
      if (answer !== undefined) return answer;
      const properties = resources[String(TypeName)]?.[String(Identifier)];
      if (properties === undefined) return missing('ResourceNotFoundException');
      return { TypeName, ResourceDescription: { Identifier, Properties: JSON.stringify(properties) } };
    },
  };
}

const POLICIES: readonly PolicyCase[] = [
  {
    name: 'bucket',
    node: 'arn:aws:s3:::data',
    lists: { 's3.ListBuckets': { Buckets: [{ Name: 'data', BucketRegion: REGION }] } },
    call: 's3.GetBucketPolicy',
    reply: { Policy: TEXT },
    none: missing('NoSuchBucketPolicy'),
    action: 's3:GetBucketPolicy',
  },
  {
    name: 'access point',
    node: accessPoint,
    lists: {
      's3-control.ListAccessPoints': {
        AccessPointList: [{ Name: 'ap', Bucket: 'data', NetworkOrigin: 'Internet', AccessPointArn: accessPoint }],
      },
    },
    call: 's3-control.GetAccessPointPolicy',
    reply: { Policy: TEXT },
    none: missing('NoSuchAccessPointPolicy'),
    action: 's3:GetAccessPointPolicy',
  },
  {
    name: 'key',
    node: key,
    lists: { 'kms.ListKeys': { Keys: [{ KeyId: 'k1', KeyArn: key }] } },
    call: 'kms.GetKeyPolicy',
    reply: { Policy: TEXT },
    action: 'kms:GetKeyPolicy',
  },
  {
    name: 'secret',
    node: secret,
    lists: { 'secrets-manager.ListSecrets': { SecretList: [{ ARN: secret, Name: 'db' }] } },
    call: 'secrets-manager.GetResourcePolicy',
    reply: { ResourcePolicy: TEXT },
    none: {},
    action: 'secretsmanager:GetResourcePolicy',
  },
  {
    name: 'queue',
    node: queue,
    lists: { 'sqs.ListQueues': { QueueUrls: [`http://localhost:5000/${A}/jobs`] } },
    call: 'sqs.GetQueueAttributes',
    reply: { Attributes: { QueueArn: queue, Policy: TEXT } },
    none: { Attributes: { QueueArn: queue } },
    action: 'sqs:GetQueueAttributes',
  },
  {
    name: 'topic',
    node: topic,
    lists: { 'sns.ListTopics': { Topics: [{ TopicArn: topic }] } },
    call: 'sns.GetTopicAttributes',
    reply: { Attributes: { TopicArn: topic, Policy: TEXT } },
    none: { Attributes: { TopicArn: topic } },
    action: 'sns:GetTopicAttributes',
  },
  {
    name: 'function',
    node: fn,
    lists: { 'lambda.ListFunctions': { Functions: [{ FunctionName: 'pay', FunctionArn: fn, Role: arn('role/fn') }] } },
    call: 'lambda.GetPolicy',
    reply: { Policy: TEXT },
    none: missing('ResourceNotFoundException'),
    action: 'lambda:GetPolicy',
  },
  {
    name: 'layer version',
    node: layer,
    lists: {
      'lambda.ListLayers': { Layers: [{ LayerName: 'base' }] },
      'lambda.ListLayerVersions': { LayerVersions: [{ LayerVersionArn: layer, Version: 1 }] },
    },
    call: 'lambda.GetLayerVersionPolicy',
    reply: { Policy: TEXT },
    none: missing('ResourceNotFoundException'),
    action: 'lambda:GetLayerVersionPolicy',
  },
  {
    name: 'table',
    node: table,
    lists: {
      'dynamodb.ListTables': { TableNames: ['orders'] },
      'dynamodb.DescribeTable': { Table: { TableName: 'orders', TableArn: table } },
    },
    call: 'dynamodb.GetResourcePolicy',
    reply: { Policy: TEXT },
    none: missing('PolicyNotFoundException'),
    action: 'dynamodb:GetResourcePolicy',
  },
  {
    name: 'repository',
    node: repository,
    lists: { 'ecr.DescribeRepositories': { repositories: [{ repositoryArn: repository, repositoryName: 'web' }] } },
    call: 'ecr.GetRepositoryPolicy',
    reply: { policyText: TEXT },
    none: missing('RepositoryPolicyNotFoundException'),
    action: 'ecr:GetRepositoryPolicy',
  },
  {
    name: 'registry',
    node: repository,
    lists: { 'ecr.DescribeRepositories': { repositories: [{ repositoryArn: repository, repositoryName: 'web' }] } },
    call: 'ecr.GetRegistryPolicy',
    reply: { policyText: TEXT },
    none: missing('RegistryPolicyNotFoundException'),
    action: 'ecr:GetRegistryPolicy',
  },
];

describe('the policy of a', () => {
  it.each(POLICIES)('$name is read', async ({ lists, call, reply, node }) => {
    const found = await collect({ ...lists, [call]: reply });
    expect(policyOf(found, node)).toMatchObject({ statements: [{ effect: 'allow' }] });
    expect(found.estate.index.node(node)).toMatchObject({ kind: 'resource' });
    expect(found.estate.attachments(node)).toHaveLength(1);
    expect(told(found)).toEqual([]);
  });

  it.each(POLICIES.filter(({ none }) => none !== undefined))('$name that has none is none', async (one) => {
    const { lists, call, none = {}, node } = one;
    const found = await collect({ ...lists, [call]: none });
    expect(found.estate.index.node(node)).toMatchObject({ kind: 'resource' });
    expect(policyOf(found, node)).toBeUndefined();
    expect(told(found)).toEqual([]);
  });

  it.each(POLICIES)('$name is unknown where reading it is refused, and the rest is read', async (one) => {
    const { lists, call, node, action } = one;
    const found = await collect({ ...lists, [call]: DENIED });
    expect(found.estate.index.node(node)).toMatchObject({ kind: 'resource' });
    expect(policyOf(found, node)).toMatchObject({ unreadable: expect.any(String) as string });
    expect(told(found)).toEqual([expect.objectContaining({ fix: `allow \`${action}\`` })]);
    expect(told(found)[0]?.why).toContain(REGION);
  });

  it('stream and a table bucket, which are types of their own, are read through Cloud Control', async () => {
    const listed = {
      'AWS::Kinesis::Stream': { clicks: { Name: 'clicks', Arn: stream } },
      'AWS::Kinesis::ResourcePolicy': { [stream]: { ResourceArn: stream, ResourcePolicy: OPEN } },
      'AWS::S3Tables::TableBucket': { [tableBucket]: { TableBucketARN: tableBucket } },
      'AWS::S3Tables::TableBucketPolicy': { [tableBucket]: { TableBucketARN: tableBucket, ResourcePolicy: OPEN } },
    };
    const answers = cloudControl(listed);
    const lists = {
      ...answers,
      'cloudcontrol.ListResources': ({ TypeName }: Readonly<Record<string, unknown>>) => ({
        ResourceDescriptions: String(TypeName).endsWith('Policy')
          ? []
          : Object.keys((listed as Record<string, object>)[String(TypeName)] ?? {}).map((Identifier) => ({
              Identifier,
            })),
      }),
    };
    const found = await collect(lists);
    for (const node of [stream, tableBucket]) {
      expect(policyOf(found, node), node).toMatchObject({ statements: [{ effect: 'allow' }] });
    }
    const none = await collect(cloudControl({ 'AWS::Kinesis::Stream': { clicks: { Name: 'clicks', Arn: stream } } }));
    expect(none.estate.index.node(stream)).toMatchObject({ kind: 'resource' });
    expect(policyOf(none, stream)).toBeUndefined();
    const refused = await collect(
      cloudControl({ 'AWS::Kinesis::Stream': { clicks: { Name: 'clicks', Arn: stream } } }, (type) =>
        type === 'AWS::Kinesis::ResourcePolicy' ? DENIED : undefined,
      ),
    );
    expect(policyOf(refused, stream)).toMatchObject({ unreadable: expect.any(String) as string });
    expect(told(refused)[0]?.fix).toBe('allow `cloudformation:GetResource`, `kinesis:GetResourcePolicy`');
  });
});

describe('workloads run as their roles', () => {
  const cluster = `arn:aws:ecs:${REGION}:${A}:cluster/main`;
  const service = `arn:aws:ecs:${REGION}:${A}:service/main/web`;
  const definition = (revision: number) => `arn:aws:ecs:${REGION}:${A}:task-definition/web:${revision}`;
  const eks = `arn:aws:eks:${REGION}:${A}:cluster/k8s`;
  const association = `arn:aws:eks:${REGION}:${A}:podidentityassociation/k8s/a-1`;
  const nodegroup = `arn:aws:eks:${REGION}:${A}:nodegroup/k8s/ng/1`;
  const project = `arn:aws:codebuild:${REGION}:${A}:project/ci`;
  const stack = `arn:aws:cloudformation:${REGION}:${A}:stack/app/1`;
  const anchor = `arn:aws:rolesanywhere:${REGION}:${A}:trust-anchor/t1`;
  const profile = `arn:aws:rolesanywhere:${REGION}:${A}:profile/p1`;
  const taskOf = ({ taskDefinition: asked }: Readonly<Record<string, unknown>>) => ({
    taskDefinition: {
      taskDefinitionArn: String(asked).startsWith('arn:') ? asked : definition(7),
      family: 'web',
      taskRoleArn: arn('role/task'),
      containerDefinitions: [{ name: 'web', environment: [{ name: 'TOKEN', value: 'hunter2' }] }],
    },
    tags: [{ key: 'team', value: 'web' }],
  });

  const CASES: readonly (readonly [string, Answers, readonly string[]])[] = [
    [
      'a function',
      { 'lambda.ListFunctions': { Functions: [{ FunctionName: 'pay', FunctionArn: fn, Role: arn('role/fn') }] } },
      [`runs-as ${fn} -> ${arn('role/fn')}`],
    ],
    [
      'an instance, and none that was terminated',
      {
        'ec2.DescribeInstances': {
          Reservations: [
            {
              Instances: [
                {
                  InstanceId: 'i-1',
                  State: { Name: 'running' },
                  IamInstanceProfile: { Arn: arn('instance-profile/web') },
                },
                {
                  InstanceId: 'i-2',
                  State: { Name: 'terminated' },
                  IamInstanceProfile: { Arn: arn('instance-profile/web') },
                },
              ],
            },
          ],
        },
      },
      [`runs-as arn:aws:ec2:${REGION}:${A}:instance/i-1 -> ${arn('role/web')}`],
    ],
    [
      'a launch template, by the latest version too',
      {
        'ec2.DescribeLaunchTemplates': { LaunchTemplates: [{ LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web' }] },
        'ec2.DescribeLaunchTemplateVersions': {
          LaunchTemplateVersions: [
            { VersionNumber: 1, DefaultVersion: true, LaunchTemplateData: { ImageId: 'ami-1' } },
            { VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: { IamInstanceProfile: { Name: 'web' } } },
          ],
        },
      },
      [`runs-as arn:aws:ec2:${REGION}:${A}:launch-template/lt-1 -> ${arn('role/web')}`],
    ],
    [
      'a task definition, the latest of a family and the one of a service',
      {
        'ecs.ListTaskDefinitionFamilies': { families: ['web'] },
        'ecs.DescribeTaskDefinition': taskOf,
        'ecs.ListClusters': { clusterArns: [cluster] },
        'ecs.DescribeClusters': { clusters: [{ clusterArn: cluster, clusterName: 'main', status: 'ACTIVE' }] },
        'ecs.ListServices': ({ cluster: of }) => ({ serviceArns: of === cluster ? [service] : [] }),
        'ecs.DescribeServices': {
          services: [{ serviceArn: service, serviceName: 'web', clusterArn: cluster, taskDefinition: definition(3) }],
        },
      },
      [`runs-as ${definition(3)} -> ${arn('role/task')}`, `runs-as ${definition(7)} -> ${arn('role/task')}`],
    ],
    [
      'a pod and a node group of a cluster',
      {
        'eks.ListClusters': { clusters: ['k8s'] },
        'eks.DescribeCluster': {
          cluster: { name: 'k8s', arn: eks, identity: { oidc: { issuer: 'https://oidc.example.com/id/1' } } },
        },
        'eks.ListPodIdentityAssociations': {
          associations: [{ associationId: 'a-1', associationArn: association, clusterName: 'k8s' }],
        },
        'eks.DescribePodIdentityAssociation': {
          association: {
            associationArn: association,
            associationId: 'a-1',
            clusterName: 'k8s',
            namespace: 'shop',
            serviceAccount: 'pay',
            roleArn: arn('role/pod'),
            externalId: 'hunter2',
          },
        },
        'eks.ListNodegroups': { nodegroups: ['ng'] },
        'eks.DescribeNodegroup': {
          nodegroup: { nodegroupArn: nodegroup, nodegroupName: 'ng', clusterName: 'k8s', nodeRole: arn('role/web') },
        },
      },
      [`runs-as ${nodegroup} -> ${arn('role/web')}`, `runs-as ${association} -> ${arn('role/pod')}`],
    ],
    [
      'a build project',
      {
        'codebuild.ListProjects': { projects: ['ci'] },
        'codebuild.BatchGetProjects': ({ names }) => ({
          projects: (names as string[]).map((name) => ({ name, arn: project, serviceRole: arn('role/build') })),
        }),
      },
      [`runs-as ${project} -> ${arn('role/build')}`],
    ],
    [
      'a stack',
      {
        'cloudformation.DescribeStacks': { Stacks: [{ StackId: stack, StackName: 'app', RoleARN: arn('role/stack') }] },
      },
      [`runs-as ${stack} -> ${arn('role/stack')}`],
    ],
    [
      'a type of Cloud Control',
      cloudControl({ 'AWS::Glue::Job': { etl: { Name: 'etl', Role: arn('role/etl') } } }),
      [`runs-as arn:aws:glue:${REGION}:${A}:job/etl -> ${arn('role/etl')}`],
    ],
    [
      'an application of Cloud Control that is listed for each of another',
      {
        ...cloudControl({
          'AWS::CodeDeploy::Application': { shop: {} },
          'AWS::CodeDeploy::DeploymentGroup': { 'shop|live': { ServiceRoleArn: arn('role/stack') } },
        }),
      },
      [],
    ],
    [
      'a profile of Roles Anywhere',
      {
        'rolesanywhere.ListTrustAnchors': {
          trustAnchors: [
            { trustAnchorArn: anchor, name: 't', enabled: true, source: { sourceType: 'CERTIFICATE_BUNDLE' } },
          ],
        },
        'rolesanywhere.ListProfiles': {
          profiles: [{ profileArn: profile, name: 'p', enabled: true, roleArns: [arn('role/pod')] }],
        },
      },
      [],
    ],
  ];

  it.each(CASES)('%s', async (_, answers, edges) => {
    const found = await collect(answers);
    const certain = found.estate
      .edges('runs-as')
      .filter((edge) => !edge.includes('(unknown)') && !edge.includes(':instance-profile/'));
    expect(certain).toEqual([...edges].sort());
    expect(told(found)).toEqual([]);
    expect(JSON.stringify(found.file)).not.toContain('hunter2');
  });

  it('with the facts that techniques ask for', async () => {
    const answers = Object.assign({}, ...CASES.map(([, one]) => one)) as Answers;
    const { estate: found } = await collect(answers);
    expect(found.node(service)).toMatchObject({
      type: 'AWS::ECS::Service',
      attributes: { deploymentController: 'ECS' },
    });
    expect(found.node(fn)).toMatchObject({ attributes: { codeSigningConfig: null } });
    expect(found.node(project)).toMatchObject({ attributes: { batchBuilds: false } });
    expect(found.node(anchor)).toMatchObject({ attributes: { enabled: true, sourceType: 'CERTIFICATE_BUNDLE' } });
    expect(found.edges('vouches-for').some((edge) => edge.startsWith(`vouches-for ${eks} -> federated:${eks}#`))).toBe(
      true,
    );
  });
});

describe('what could not be listed', () => {
  it('is told once for all regions, with the permission, and the type is not taken for none', async () => {
    const found = await collect({ 'lambda.ListFunctions': DENIED }, ['eu-west-1', 'us-east-1']);
    expect(told(found)).toEqual([
      {
        what: 'AWS::Lambda::Function',
        why: 'lambda ListFunctions failed 2 times in eu-west-1, us-east-1: AccessDeniedException',
        fix: 'allow `lambda:ListFunctions`',
      },
    ]);
    expect(found.file.IncompleteTypes).toContain('AWS::Lambda::Function');
    expect(found.file.IncompleteTypes).not.toContain('AWS::SQS::Queue');
    const hidden = found.estate.index.resources.filter(({ uncollected }) => uncollected === true);
    expect(hidden.map(({ type }) => type)).toEqual(['AWS::Lambda::Function']);
  });

  it('in one region leaves what the others have', async () => {
    const found = await collect(
      {
        'lambda.ListFunctions': (_, region) =>
          region === REGION ? { Functions: [{ FunctionName: 'pay', FunctionArn: fn, Role: arn('role/fn') }] } : DENIED,
      },
      ['eu-west-1', 'us-east-1'],
    );
    expect(found.estate.edges('runs-as')).toContain(`runs-as ${fn} -> ${arn('role/fn')}`);
    expect(found.file.IncompleteTypes).toContain('AWS::Lambda::Function');
    expect(told(found)[0]?.why).toContain('in us-east-1: ');
  });

  it('in the middle of a list keeps the pages before', async () => {
    const found = await collect({
      'sns.ListTopics': ({ NextToken }) =>
        NextToken === undefined
          ? { Topics: [{ TopicArn: topic }], NextToken: 'more' }
          : new Refusal('Throttling', 'throttled'),
    });
    expect(found.estate.index.node(topic)).toMatchObject({ type: 'AWS::SNS::Topic' });
    expect(found.file.IncompleteTypes).toEqual(expect.arrayContaining(['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy']));
    // What would help is not known.
    expect(told(found)[0]).not.toHaveProperty('fix');
  });

  it('of some in a batch is a gap unless they are gone', async () => {
    const arns = ['a', 'b'].map((name) => `arn:aws:ecs:${REGION}:${A}:cluster/${name}`);
    const [first = '', second = ''] = arns;
    const clusters = (reason: string) =>
      collect({
        'ecs.ListClusters': { clusterArns: arns },
        'ecs.DescribeClusters': {
          clusters: [{ clusterArn: first, clusterName: 'a', status: 'ACTIVE' }],
          failures: [{ arn: second, reason }],
        },
      });
    const gone = await clusters('MISSING');
    expect([told(gone), gone.file.IncompleteTypes.includes('AWS::ECS::Cluster')]).toEqual([[], false]);
    const kept = await clusters('ACCESS_DENIED');
    expect(kept.file.IncompleteTypes).toEqual(expect.arrayContaining(['AWS::ECS::Cluster', 'AWS::ECS::Service']));
    expect(told(kept)[0]?.why).toBe('ecs DescribeClusters failed in eu-west-1: ACCESS_DENIED');
  });

  it('of the URLs of a function is not none of them', async () => {
    const functions = { Functions: [{ FunctionName: 'pay', FunctionArn: fn, Role: arn('role/fn') }] };
    const read = async (urls: Answers[string]) => {
      const { file } = await collect({ 'lambda.ListFunctions': functions, 'lambda.ListFunctionUrlConfigs': urls });
      return file.ResourceDescriptions.find(({ Identifier }) => Identifier === fn);
    };
    expect((await read({}))?.Properties['FunctionUrlConfigs']).toEqual([]);
    const refused = await read(DENIED);
    expect([refused?.Properties['FunctionUrlConfigs'], refused?.Unknown]).toEqual([undefined, ['FunctionUrlConfigs']]);
  });

  it('because a region does not have the service is none', async () => {
    const found = await collect({
      'lambda.ListFunctions': NOT_OFFERED,
      'ecr.GetRegistryPolicy': NOT_OFFERED,
      'cloudcontrol.ListResources': NOT_OFFERED,
    });
    expect(told(found)).toEqual([]);
    expect(found.file.IncompleteTypes).toHaveLength(4);
  });

  it('because the clusters are not known includes what is in them', async () => {
    const { file } = await collect({ 'eks.ListClusters': DENIED });
    expect(file.IncompleteTypes).toEqual(
      expect.arrayContaining(['AWS::EKS::Cluster', 'AWS::EKS::Nodegroup', 'AWS::EKS::PodIdentityAssociation']),
    );
  });

  it('through Cloud Control because it does not know the type is a gap without a permission', async () => {
    const found = await collect({
      'cloudcontrol.ListResources': ({ TypeName }) =>
        TypeName === 'AWS::Glue::DevEndpoint' ? new Refusal('UnsupportedActionException', 'other') : {},
    });
    expect(found.file.IncompleteTypes).toContain('AWS::Glue::DevEndpoint');
    expect(found.file.IncompleteTypes).not.toContain('AWS::Glue::Job');
    expect(told(found)).toEqual([
      {
        what: 'AWS::Glue::DevEndpoint',
        why: 'cloudcontrol ListResources failed in eu-west-1: UnsupportedActionException',
      },
    ]);
  });

  it('through Cloud Control in a region that lacks the type is none there, where another has it', async () => {
    const found = await collect(
      {
        'cloudcontrol.ListResources': (_, region) =>
          region === REGION ? {} : new Refusal('TypeNotFoundException', 'not-found'),
      },
      ['eu-west-1', 'us-west-1'],
    );
    expect(told(found)).toEqual([]);
    expect(found.file.IncompleteTypes).not.toContain('AWS::Glue::Job');
    const nowhere = await collect({ 'cloudcontrol.ListResources': new Refusal('TypeNotFoundException', 'not-found') });
    expect(nowhere.file.IncompleteTypes).toContain('AWS::Glue::Job');
  });

  it('names what a type of Cloud Control reads, where that is refused', async () => {
    const found = await collect({
      'cloudcontrol.ListResources': ({ TypeName }) => (TypeName === 'AWS::Glue::MLTransform' ? DENIED : {}),
    });
    expect(told(found)).toEqual([
      expect.objectContaining({
        what: 'AWS::Glue::MLTransform',
        fix: 'allow `cloudformation:ListResources`, `glue:ListMLTransforms`, `glue:GetMLTransform`, `glue:GetTags`',
      }),
    ]);
  });

  it('includes the policies of what could not be listed', async () => {
    const found = await collect({
      'cloudcontrol.ListResources': ({ TypeName }) => (TypeName === 'AWS::Kinesis::Stream' ? DENIED : {}),
    });
    expect(found.file.IncompleteTypes).toEqual(
      expect.arrayContaining(['AWS::Kinesis::Stream', 'AWS::Kinesis::ResourcePolicy']),
    );
    expect(found.file.IncompleteTypes).not.toContain('AWS::S3Tables::TableBucketPolicy');
  });

  it('is all that lies in regions that were not read', async () => {
    const { calls, gaps } = fakeCalls({}, [REGION]);
    const { IncompleteTypes } = await collectResources(calls, { allRegions: false });
    expect(IncompleteTypes).toEqual(
      expect.arrayContaining(['AWS::Lambda::Function', 'AWS::Glue::Job', 'AWS::Kinesis::ResourcePolicy']),
    );
    // Buckets are in one list for all regions.
    expect(IncompleteTypes).not.toContain('AWS::S3::Bucket');
    expect(gaps.map(({ why }) => why)).toContain('only eu-west-1 were read; there may be more in others');
  });
});

describe('a resource of Cloud Control', () => {
  it('that cannot be read is listed, with its policy and role unknown', async () => {
    const found = await collect(
      cloudControl({ 'AWS::EFS::FileSystem': { 'fs-1': {} }, 'AWS::Glue::Job': { etl: {} } }, () => DENIED),
    );
    const fs = `arn:aws:elasticfilesystem:${REGION}:${A}:file-system/fs-1`;
    expect(policyOf(found, fs)).toMatchObject({ unreadable: expect.any(String) as string });
    expect(found.file.IncompleteTypes).toEqual(expect.arrayContaining(['AWS::EFS::FileSystem', 'AWS::Glue::Job']));
    expect(found.estate.edges('runs-as')).toContain(`runs-as AWS::Glue::Job:${A}:* -> ${arn('role/etl')} (unknown)`);
  });

  it.each([
    ['no properties', {}],
    ['text that is cut off', { ResourceDescription: { Properties: '{"Role":' } }],
    ['a list', { ResourceDescription: { Properties: '[]' } }],
  ])('of which the reply holds %s has its policy and role unknown', async (_, reply) => {
    const found = await collect(
      cloudControl({ 'AWS::EFS::FileSystem': { 'fs-1': {} }, 'AWS::Glue::Job': { etl: {} } }, () => reply),
    );
    const fs = `arn:aws:elasticfilesystem:${REGION}:${A}:file-system/fs-1`;
    expect(policyOf(found, fs)).toMatchObject({ unreadable: expect.any(String) as string });
    expect(found.file.IncompleteTypes).toEqual(expect.arrayContaining(['AWS::EFS::FileSystem', 'AWS::Glue::Job']));
    expect(told(found).map(({ why }) => why)).toContain('cloudcontrol GetResource failed in eu-west-1: NoProperties');
  });

  it('that is gone when it is read is none', async () => {
    const found = await collect(
      cloudControl({ 'AWS::Glue::Job': { etl: {} } }, () => missing('ResourceNotFoundException')),
    );
    expect(found.file.ResourceDescriptions.filter(({ TypeName }) => TypeName === 'AWS::Glue::Job')).toEqual([]);
    expect(found.file.IncompleteTypes).not.toContain('AWS::Glue::Job');
    expect(told(found)).toEqual([]);
  });

  it('is asked for within those it belongs to', async () => {
    const { made, file } = await collect(
      cloudControl({
        'AWS::CodeDeploy::Application': { shop: {} },
        'AWS::CodeDeploy::DeploymentGroup': { 'shop|live': { ServiceRoleArn: arn('role/stack') } },
      }),
    );
    const asked = made.filter(({ input }) => input?.['TypeName'] === 'AWS::CodeDeploy::DeploymentGroup');
    expect(asked.map(({ command, input }) => [command, input?.['ResourceModel']])).toEqual([
      ['ListResources', '{"ApplicationName":"shop"}'],
      ['GetResource', undefined],
    ]);
    expect(file.ResourceDescriptions).toContainEqual({
      TypeName: 'AWS::CodeDeploy::DeploymentGroup',
      Identifier: 'shop|live',
      Region: REGION,
      Properties: { ServiceRoleArn: arn('role/stack') },
    });
  });

  it('that is only listed is kept by its names', async () => {
    const { file, made } = await collect({
      'cloudcontrol.ListResources': ({ TypeName }) =>
        TypeName === 'AWS::SSM::Parameter'
          ? {
              ResourceDescriptions: [
                { Identifier: '/db/password', Properties: '{"Name":"/db/password","Type":"String","Value":"hunter2"}' },
              ],
            }
          : {},
    });
    expect(file.ResourceDescriptions.find(({ TypeName }) => TypeName === 'AWS::SSM::Parameter')).toEqual({
      TypeName: 'AWS::SSM::Parameter',
      Identifier: '/db/password',
      Region: REGION,
      Properties: { Name: '/db/password' },
    });
    expect(made.map(({ command }) => command)).not.toContain('GetResource');
  });

  it('of AWS itself is left out', async () => {
    const { file } = await collect(
      cloudControl({ 'AWS::SSM::Document': { 'AWS-RunShellScript': {}, 'AmazonCloudWatch-X': {}, restart: {} } }),
    );
    expect(file.ResourceDescriptions.map(({ Identifier }) => Identifier).filter((id) => id !== A)).toEqual(['restart']);
  });
});

describe('buckets', () => {
  const buckets = { 's3.ListBuckets': { Buckets: [{ Name: 'data', BucketRegion: 'us-west-2' }] } };
  const everybody = {
    Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
    Permission: 'READ',
  };
  const acl = { 's3.GetBucketAcl': { Owner: { ID: 'abc' }, Grants: [everybody] } };
  const none = { 's3.GetBucketPolicy': missing('NoSuchBucketPolicy') };
  const bucket = 'arn:aws:s3:::data';
  const opened = ({ estate: found }: Collected) =>
    found.graph.policies
      .filter(({ id }) => id.startsWith(`${bucket}/acl`))
      .map(({ document }) => found.graph.documents.find(({ id }) => id === document));

  it('are read in their own region', async () => {
    const { made, file } = await collect(buckets);
    const asked = made.filter(({ input }) => input?.['Bucket'] === 'data');
    expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(['us-west-2']));
    expect(asked.map(({ command }) => command)).not.toContain('GetBucketLocation');
    expect(file.ResourceDescriptions.find(({ Identifier }) => Identifier === 'data')).toMatchObject({
      Region: 'us-west-2',
    });
  });

  it.each([
    [{}, 'us-east-1'],
    [{ LocationConstraint: 'EU' }, 'eu-west-1'],
    [{ LocationConstraint: 'ap-south-1' }, 'ap-south-1'],
  ])('of a list without regions tell it themselves: %j', async (location, region) => {
    const { made } = await collect({
      's3.ListBuckets': { Buckets: [{ Name: 'data' }] },
      's3.GetBucketLocation': location,
    });
    expect(made.find(({ command }) => command === 'GetBucketPolicy')).toMatchObject({ region });
  });

  it('are open by their list where nothing closes it, and not where the owner has all objects', async () => {
    const settings = { 's3-control.GetPublicAccessBlock': missing('NoSuchPublicAccessBlockConfiguration') };
    expect(opened(await collect({ ...buckets, ...none, ...acl, ...settings }))).toMatchObject([
      { statements: [{ effect: 'allow' }] },
    ]);
    const owned = {
      's3.GetBucketOwnershipControls': { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    };
    expect(opened(await collect({ ...buckets, ...none, ...acl, ...settings, ...owned }))).toEqual([]);
  });

  it.each([
    ['s3.GetPublicAccessBlock', {}],
    ['s3.GetBucketOwnershipControls', {}],
    ['s3-control.GetPublicAccessBlock', {}],
  ])('may be open where %s is refused', async (call) => {
    const settings = { 's3-control.GetPublicAccessBlock': missing('NoSuchPublicAccessBlockConfiguration') };
    const found = await collect({ ...buckets, ...none, ...acl, ...settings, [call]: DENIED });
    expect(opened(found)).toMatchObject([{ statements: [{ undecidable: expect.any(String) as string }] }]);
  });

  it('may be open to anybody where their list cannot be read', async () => {
    const found = await collect({ ...buckets, ...none, 's3.GetBucketAcl': DENIED });
    expect(opened(found)).toMatchObject([{ unreadable: expect.any(String) as string }]);
  });
});

describe('functions', () => {
  const functions = {
    'lambda.ListFunctions': { Functions: [{ FunctionName: 'pay', FunctionArn: fn, Role: arn('role/fn') }] },
  };
  const statement = (sid: string, more: object = {}) => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: { AWS: PARTNER },
    Action: 'lambda:InvokeFunction',
    Resource: `${fn}:${sid}`,
    ...more,
  });
  const policyText = (...statements: readonly object[]) => ({
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

  it('have the policies of their versions and aliases', async () => {
    const answers: Answers = {
      ...functions,
      'lambda.ListVersionsByFunction': { Versions: [{ Version: '$LATEST' }, { Version: '1' }] },
      'lambda.ListAliases': { Aliases: [{ Name: 'live' }] },
      'lambda.GetPolicy': ({ Qualifier }) =>
        Qualifier === undefined ? missing('ResourceNotFoundException') : policyText(statement(String(Qualifier))),
    };
    expect(policyOf(await collect(answers), fn)?.statements).toHaveLength(2);
    const { 'lambda.ListAliases': _, ...without } = answers;
    const refused = await collect({ ...without, 'lambda.ListAliases': DENIED });
    expect(policyOf(refused, fn)).toMatchObject({ unreadable: expect.any(String) as string });
  });

  it('keep that a token is needed, and not which', async () => {
    const condition = { Condition: { StringEquals: { 'lambda:EventSourceToken': 'hunter2', 'aws:SourceAccount': A } } };
    const { file } = await collect({ ...functions, 'lambda.GetPolicy': policyText(statement('a', condition)) });
    expect(JSON.stringify(file)).not.toContain('hunter2');
    expect(
      file.ResourceDescriptions.find(({ TypeName }) => TypeName === 'AWS::Lambda::Function')?.Properties,
    ).toMatchObject({
      Policy: {
        Statement: [
          { Condition: { StringEquals: { 'aws:SourceAccount': A }, Null: { 'lambda:EventSourceToken': 'false' } } },
        ],
      },
    });
  });

  it('may have signatures enforced where that cannot be read', async () => {
    const found = await collect({ ...functions, 'lambda.GetFunctionCodeSigningConfig': DENIED });
    expect(found.estate.node(fn)).not.toHaveProperty('attributes.codeSigningConfig');
  });
});

it('reads instance profiles without a role beside those that come with the roles', async () => {
  const [web, empty] = [arn('instance-profile/web'), arn('instance-profile/empty')];
  const { estate: found } = await collect({
    'iam.ListInstanceProfiles': ({ Marker }) =>
      Marker === undefined
        ? { InstanceProfiles: [{ InstanceProfileName: 'web', Arn: web, Roles: [{ RoleName: 'web' }] }], Marker: 'm' }
        : { InstanceProfiles: [{ InstanceProfileName: 'empty', Arn: empty, Roles: [] }] },
  });
  expect(found.edges('runs-as')).toEqual([`runs-as ${web} -> ${arn('role/web')}`]);
  expect(found.index.node(empty)).toMatchObject({ type: 'AWS::IAM::InstanceProfile' });
  expect(found.gaps('duplicate resource')).toEqual([]);
});

it('reads the grants of a key, and leaves it open who has them where that is refused', async () => {
  const keys = { 'kms.ListKeys': { Keys: [{ KeyId: 'k1', KeyArn: key }] }, 'kms.GetKeyPolicy': { Policy: TEXT } };
  const grant = { GrantId: 'g1', GranteePrincipal: arn('role/fn'), Operations: ['Decrypt'] };
  const given = await collect({
    ...keys,
    'kms.ListGrants': ({ Marker }) => (Marker === undefined ? { Grants: [], NextMarker: 'm' } : { Grants: [grant] }),
  });
  expect(given.estate.document(`${key}/grants`)).toMatchObject({ statements: [{ effect: 'allow' }] });
  const refused = await collect({ ...keys, 'kms.ListGrants': DENIED });
  expect(refused.estate.document(`${key}/grants/unread`)).toMatchObject({ unreadable: expect.any(String) as string });
});

it('gives the same file whatever the order in which calls end', async () => {
  const answers: Answers = {
    'sns.ListTopics': (_, region) => ({ Topics: [{ TopicArn: `arn:aws:sns:${region}:${A}:news` }] }),
    ...cloudControl({ 'AWS::Glue::Job': { a: { Role: arn('role/etl') }, b: { Role: arn('role/etl') } } }),
  };
  const { file } = await collect(answers, ['us-east-1', 'eu-west-1']);
  const { calls } = fakeCalls(answers, ['eu-west-1', 'us-east-1']);
  const inOrder = {
    ...calls,
    all: <T>(tasks: readonly (() => Promise<T>)[]) => Promise.all(tasks.map((task) => task())),
  };
  expect(await collectResources(inOrder, { allRegions: true })).toEqual(file);
  expect(file.ResourceDescriptions).toHaveLength(7);
});
