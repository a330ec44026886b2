import { type Graph, GraphBuilder, type GraphNode, type Json, type PrincipalMatcher } from '@keyreach/core/graph';
import { LINKED_SERVICES, NEEDED_RESOURCE_TYPES } from '../precondition-names.ts';

const ACCOUNT_ID = '111122223333';
const ZONE = `arn:aws:account::${ACCOUNT_ID}:account`;
const REGION = 'eu-west-1';

function iam(resource: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:${resource}`;
}

/** Who tries the techniques. */
export const CALLERS: { readonly user: string; readonly role: string; readonly federated: string } = {
  user: iam('user/caller'),
  role: iam('role/caller'),
  federated: 'federated:token.example.com#caller',
};

/** What the techniques are aimed at: users without and with a password, a role, a group, policies that the callers hold. */
const VICTIMS = {
  user: iam('user/victim'),
  signsIn: iam('user/victim-with-password'),
  role: iam('role/victim'),
  group: iam('group/administrators'),
  ownGroup: iam('group/callers'),
  heldPolicy: iam('policy/held'),
  boundary: iam('policy/boundary'),
  samlProvider: iam('saml-provider/directory'),
};

/** ARNs of workloads that run as the victim, by type, with the facts that let techniques succeed. */
const WORKLOADS: Readonly<Record<string, readonly [arn: string, facts?: Readonly<Record<string, Json>>]>> = {
  'AWS::AppRunner::Service': ['apprunner:REGION:ACCOUNT:service/w/1'],
  'AWS::Batch::JobDefinition': ['batch:REGION:ACCOUNT:job-definition/w:1'],
  'AWS::BedrockAgentCore::BrowserCustom': ['bedrock-agentcore:REGION:ACCOUNT:browser-custom/w'],
  'AWS::BedrockAgentCore::CodeInterpreterCustom': ['bedrock-agentcore:REGION:ACCOUNT:code-interpreter-custom/w'],
  'AWS::BedrockAgentCore::Runtime': ['bedrock-agentcore:REGION:ACCOUNT:runtime/w'],
  'AWS::CloudFormation::Stack': ['cloudformation:REGION:ACCOUNT:stack/w/1'],
  'AWS::CloudFormation::StackSet': ['cloudformation:REGION:ACCOUNT:stackset/w:1'],
  'AWS::CodeBuild::Project': ['codebuild:REGION:ACCOUNT:project/w', { batchBuilds: true }],
  'AWS::EC2::Instance': ['ec2:REGION:ACCOUNT:instance/i-1', { instanceType: 't4g.nano', commandAgentOnline: true }],
  'AWS::EC2::LaunchTemplate': ['ec2:REGION:ACCOUNT:launch-template/lt-1'],
  'AWS::ECS::TaskDefinition': ['ecs:REGION:ACCOUNT:task-definition/w:1'],
  'AWS::EMR::Cluster': ['elasticmapreduce:REGION:ACCOUNT:cluster/j-1', { status: 'WAITING' }],
  'AWS::Glue::DevEndpoint': ['glue:REGION:ACCOUNT:devEndpoint/w'],
  'AWS::Glue::Job': ['glue:REGION:ACCOUNT:job/w'],
  'AWS::IAM::InstanceProfile': ['iam::ACCOUNT:instance-profile/w'],
  'AWS::KinesisAnalyticsV2::Application': ['kinesisanalytics:REGION:ACCOUNT:application/w'],
  'AWS::Lambda::Function': ['lambda:REGION:ACCOUNT:function:w', { codeSigningConfig: null }],
  'AWS::MWAA::Environment': ['airflow:REGION:ACCOUNT:environment/w'],
  'AWS::RolesAnywhere::Profile': ['rolesanywhere:REGION:ACCOUNT:profile/w', { enabled: true }],
  'AWS::SageMaker::NotebookInstance': ['sagemaker:REGION:ACCOUNT:notebook-instance/w', { status: 'InService' }],
  'AWS::SageMaker::UserProfile': ['sagemaker:REGION:ACCOUNT:user-profile/d-1/w', { authMode: 'IAM' }],
  'AWS::StepFunctions::StateMachine': ['states:REGION:ACCOUNT:stateMachine:w'],
  'AWS::Synthetics::Canary': ['synthetics:REGION:ACCOUNT:canary:w'],
};

/** The most favourable account for techniques, in which the callers may do `actions` and nothing else. */
export function techniqueEstate(actions: readonly string[], services: readonly string[]): Graph {
  const builder = new GraphBuilder();
  const add = (node: Omit<GraphNode, 'provider' | 'scope'> & { readonly scope?: string | undefined }): void => {
    const { scope = ZONE, ...rest } = node;
    builder.node({ ...rest, provider: 'aws', ...(scope === '' ? {} : { scope }) } as GraphNode);
  };
  const policy = (id: string, named: readonly string[], principals?: readonly PrincipalMatcher[]): void => {
    const document = builder.document({
      provider: 'aws',
      statements: [
        {
          effect: 'allow',
          actions: { include: named, exclude: [] },
          index: 0,
          ...(principals === undefined
            ? { resources: { include: ['*'], exclude: [] } }
            : { principals: { include: principals, exclude: [] } }),
        },
      ],
    });
    builder.policy({ id, provider: 'aws', name: id, type: 'managed', document });
  };

  add({
    kind: 'scope',
    id: ZONE,
    type: 'account',
    name: ACCOUNT_ID,
    scope: '',
    zone: true,
    attributes: { accountId: ACCOUNT_ID, partition: 'aws' },
  } as never);

  policy('actions', actions);
  policy(VICTIMS.heldPolicy, ['sts:GetCallerIdentity']);
  policy(VICTIMS.boundary, ['*']);
  for (const id of [CALLERS.user, CALLERS.role]) {
    const type = id === CALLERS.user ? 'user' : 'role';
    add({ kind: 'identity', id, type, name: 'caller', attributes: { boundary: VICTIMS.boundary } });
    for (const held of ['actions', VICTIMS.heldPolicy]) {
      builder.attachment({ policy: held, node: id, role: 'identity-grant' });
    }
    builder.attachment({ policy: VICTIMS.boundary, node: id, role: 'identity-guard' });
  }
  for (const id of [VICTIMS.heldPolicy, VICTIMS.boundary]) {
    const attributes = { versions: 2, olderVersions: true };
    add({ kind: 'resource', id, type: 'AWS::IAM::ManagedPolicy', name: id, attributes });
  }

  add({ kind: 'identity', id: VICTIMS.group, type: 'group', name: 'administrators' });
  builder.attachment({ policy: VICTIMS.boundary, node: VICTIMS.group, role: 'identity-grant' });
  add({ kind: 'identity', id: VICTIMS.ownGroup, type: 'group', name: 'callers' });
  builder.edge({ type: 'member-of', from: CALLERS.user, to: VICTIMS.ownGroup });

  for (const [id, passwordEnabled] of [
    [VICTIMS.user, false],
    [VICTIMS.signsIn, true],
  ] as const) {
    add({
      kind: 'identity',
      id,
      type: 'user',
      name: 'victim',
      attributes: { accessKeys: 1, passwordEnabled, mfaActive: false },
    });
    const key = `${id}/accesskey/1`;
    add({
      kind: 'credential',
      id: key,
      type: 'access-key',
      name: '1',
      status: 'disabled',
      lastUsed: { state: 'never' },
    } as never);
    builder.edge({ type: 'authenticates', from: key, to: id });
  }

  add({ kind: 'identity', id: VICTIMS.role, type: 'role', name: 'victim' });
  const subjects: readonly (readonly [string, string])[] = [
    [CALLERS.federated, iam('oidc-provider/token.example.com')],
    [`federated:${VICTIMS.samlProvider}#*`, VICTIMS.samlProvider],
    ['federated:cognito-identity.amazonaws.com#*', ''],
  ];
  for (const [id, provider] of subjects) {
    const attributes = provider === '' ? {} : { providers: [provider] };
    add({ kind: 'identity', id, type: 'federated-subject', name: id, scope: '', external: true, attributes } as never);
  }
  builder.attachment({ policy: 'actions', node: CALLERS.federated, role: 'identity-grant' });
  policy(
    'trust',
    [
      'sts:AssumeRole',
      'sts:AssumeRoleWithSAML',
      'sts:AssumeRoleWithWebIdentity',
      'sts:TagSession',
      'sts:SetSourceIdentity',
    ],
    [
      { match: 'scope', id: ZONE, strength: 'delegates' },
      ...services.map((name): PrincipalMatcher => ({ match: 'service', name, strength: 'sufficient' })),
      ...subjects.map(([id]): PrincipalMatcher => ({ match: 'node', id, strength: 'bypasses-guards' })),
      { match: 'unresolved', text: iam('oidc-provider/gone.example.com'), dangling: true },
    ],
  );
  builder.attachment({
    policy: 'trust',
    node: VICTIMS.role,
    role: 'resource-grant',
    exclusiveFor: { include: ['sts:AssumeRole*'], exclude: [] },
  });
  for (const service of LINKED_SERVICES) {
    add({
      kind: 'identity',
      id: iam(`role/aws-service-role/${service}/r`),
      type: 'role',
      name: 'r',
      providerManaged: true,
    } as never);
  }

  for (const [type, [arn, attributes = {}]] of Object.entries(WORKLOADS)) {
    const id = `arn:aws:${arn.replace('REGION', REGION).replace('ACCOUNT', ACCOUNT_ID)}`;
    add({ kind: 'resource', id, type, name: 'w', attributes });
    builder.edge({ type: 'runs-as', from: id, to: VICTIMS.role });
  }
  for (const type of NEEDED_RESOURCE_TYPES) {
    if (WORKLOADS[type] === undefined) add({ kind: 'resource', id: `${type}:${ACCOUNT_ID}:1`, type, name: '1' });
  }
  return builder.build();
}
