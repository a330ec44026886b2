import { isRecord } from '@keyreach/core/input';
import type { ResourceRow } from '../resource-row.ts';
import { listed, withCapitals } from '../resources-file.ts';

const byToken = { reply: 'nextToken', request: 'nextToken' };

const PROJECTS: ResourceRow = {
  type: 'AWS::CodeBuild::Project',
  service: 'codebuild',
  scope: 'region',
  list: { command: 'ListProjects', action: 'codebuild:ListProjects', paging: byToken, items: 'projects[]' },
  batch: {
    command: 'BatchGetProjects',
    action: 'codebuild:BatchGetProjects',
    size: 100,
    input: (names) => ({ names }),
    items: 'projects[]',
  },
  resources: (item, _, place) => {
    const { Arn, Name, ServiceRole, Environment, BuildBatchConfig, Source, EncryptionKey, Tags, ProjectVisibility } =
      withCapitals(item);
    return listed('AWS::CodeBuild::Project', Arn, place, {
      Name,
      ServiceRole,
      Environment,
      BuildBatchConfig,
      Source,
      EncryptionKey,
      ProjectVisibility,
      Tags: Tags ?? [],
    });
  },
};

const STACKS: ResourceRow = {
  type: 'AWS::CloudFormation::Stack',
  service: 'cloudformation',
  scope: 'region',
  list: {
    command: 'DescribeStacks',
    action: 'cloudformation:DescribeStacks',
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'Stacks[]',
  },
  resources: ({ StackId, StackName, StackStatus, RoleARN, Parameters, Outputs, Capabilities, Tags }, _, place) =>
    listed('AWS::CloudFormation::Stack', StackId, place, {
      StackName,
      StackStatus,
      RoleARN,
      Parameters,
      Outputs,
      Capabilities,
      Tags: Tags ?? [],
    }),
};

const STACK_SETS: ResourceRow = {
  type: 'AWS::CloudFormation::StackSet',
  service: 'cloudformation',
  scope: 'region',
  list: {
    command: 'ListStackSets',
    action: 'cloudformation:ListStackSets',
    input: () => ({ Status: 'ACTIVE' }),
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'Summaries[]',
  },
  details: [
    {
      name: 'set',
      command: 'DescribeStackSet',
      action: 'cloudformation:DescribeStackSet',
      inputs: ({ StackSetName }) => [{ StackSetName }],
      describes: true,
    },
  ],
  resources: ({ StackSetName, StackSetId }, told, place) => {
    const raw = told.reply('set')?.['StackSet'];
    const set = isRecord(raw) ? raw : {};
    return listed('AWS::CloudFormation::StackSet', set['StackSetARN'] ?? StackSetId, place, {
      StackSetName,
      StackSetId,
      AdministrationRoleARN: set['AdministrationRoleARN'],
      ExecutionRoleName: set['ExecutionRoleName'],
      PermissionModel: set['PermissionModel'],
      OrganizationalUnitIds: set['OrganizationalUnitIds'],
      Parameters: set['Parameters'],
      Tags: set['Tags'],
    });
  },
};

const TRUST_ANCHORS: ResourceRow = {
  type: 'AWS::RolesAnywhere::TrustAnchor',
  service: 'rolesanywhere',
  scope: 'region',
  list: {
    command: 'ListTrustAnchors',
    action: 'rolesanywhere:ListTrustAnchors',
    paging: byToken,
    items: 'trustAnchors[]',
  },
  resources: (item, _, place) => {
    const { TrustAnchorArn, Name, Enabled, Source } = withCapitals(item);
    return listed('AWS::RolesAnywhere::TrustAnchor', TrustAnchorArn, place, { Name, Enabled, Source });
  },
};

const PROFILES: ResourceRow = {
  type: 'AWS::RolesAnywhere::Profile',
  service: 'rolesanywhere',
  scope: 'region',
  list: {
    command: 'ListProfiles',
    action: 'rolesanywhere:ListProfiles',
    paging: byToken,
    items: 'profiles[]',
  },
  resources: (item, _, place) => {
    const { ProfileArn, Name, Enabled, RoleArns, ManagedPolicyArns, SessionPolicy, DurationSeconds } =
      withCapitals(item);
    return listed('AWS::RolesAnywhere::Profile', ProfileArn, place, {
      Name,
      Enabled,
      RoleArns,
      ManagedPolicyArns,
      SessionPolicy,
      DurationSeconds,
    });
  },
};

/** What is read of CodeBuild, CloudFormation and Roles Anywhere. */
export const BUILD_AND_CERTIFICATE_ROWS: readonly ResourceRow[] = [
  PROJECTS,
  STACKS,
  STACK_SETS,
  TRUST_ANCHORS,
  PROFILES,
];
