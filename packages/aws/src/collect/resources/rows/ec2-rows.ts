import { valuesAt } from '../../../normalize/property-path.ts';
import type { ResourceRow } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const byToken = { reply: 'NextToken', request: 'NextToken' };

const INSTANCES: ResourceRow = {
  type: 'AWS::EC2::Instance',
  service: 'ec2',
  scope: 'region',
  list: {
    command: 'DescribeInstances',
    action: 'ec2:DescribeInstances',
    input: () => ({ MaxResults: 1000 }),
    paging: byToken,
    items: 'Reservations[].Instances[]',
  },
  resources: (item, _, place) => {
    const { InstanceId, InstanceType, RootDeviceType, IamInstanceProfile, MetadataOptions, VpcId, SubnetId, Tags } =
      item;
    const [state] = valuesAt(item, 'State.Name');
    // What was terminated is still listed for an hour, and runs nothing any more.
    if (state === 'terminated') return [];
    return listed('AWS::EC2::Instance', InstanceId, place, {
      InstanceId,
      InstanceType,
      RootDeviceType,
      IamInstanceProfile,
      MetadataOptions,
      VpcId,
      SubnetId,
      State: { Name: state },
      AvailabilityZone: valuesAt(item, 'Placement.AvailabilityZone')[0],
      Tags: Tags ?? [],
    });
  },
};

/** Launch templates with the version that is used by default, and the latest where that is another. */
const LAUNCH_TEMPLATES: ResourceRow = {
  type: 'AWS::EC2::LaunchTemplate',
  service: 'ec2',
  scope: 'region',
  list: {
    command: 'DescribeLaunchTemplates',
    action: 'ec2:DescribeLaunchTemplates',
    paging: byToken,
    items: 'LaunchTemplates[]',
  },
  details: [
    {
      name: 'versions',
      command: 'DescribeLaunchTemplateVersions',
      action: 'ec2:DescribeLaunchTemplateVersions',
      paging: byToken,
      inputs: ({ LaunchTemplateId }) => [{ LaunchTemplateId, Versions: ['$Default', '$Latest'] }],
      describes: true,
    },
  ],
  resources: ({ LaunchTemplateId, LaunchTemplateName, Tags }, told, place) => {
    const versions = told.replies('versions').flatMap((reply) => valuesAt(reply, 'LaunchTemplateVersions[]'));
    const isDefault = (version: unknown): boolean => valuesAt(version, 'DefaultVersion')[0] === true;
    const data = (version: unknown): unknown => valuesAt(version, 'LaunchTemplateData')[0];
    const latest = versions.find((version) => !isDefault(version));
    return listed('AWS::EC2::LaunchTemplate', LaunchTemplateId, place, {
      LaunchTemplateId,
      LaunchTemplateName,
      LaunchTemplateData: data(versions.find(isDefault)),
      LatestLaunchTemplateData: latest === undefined ? undefined : data(latest),
      Tags: Tags ?? [],
    });
  },
};

const VPC_ENDPOINTS: ResourceRow = {
  type: 'AWS::EC2::VPCEndpoint',
  service: 'ec2',
  scope: 'region',
  list: {
    command: 'DescribeVpcEndpoints',
    action: 'ec2:DescribeVpcEndpoints',
    paging: byToken,
    items: 'VpcEndpoints[]',
  },
  resources: ({ VpcEndpointId, VpcEndpointType, VpcId, ServiceName, State, PolicyDocument, Tags }, _, place) =>
    listed('AWS::EC2::VPCEndpoint', VpcEndpointId, place, {
      Id: VpcEndpointId,
      VpcEndpointType,
      VpcId,
      ServiceName,
      State,
      PolicyDocument,
      Tags: Tags ?? [],
    }),
};

/** Profiles with a role come with the authorization details too; those without one are in this list alone. */
const INSTANCE_PROFILES: ResourceRow = {
  type: 'AWS::IAM::InstanceProfile',
  service: 'iam',
  scope: 'account',
  list: {
    command: 'ListInstanceProfiles',
    action: 'iam:ListInstanceProfiles',
    paging: { reply: 'Marker', request: 'Marker' },
    items: 'InstanceProfiles[]',
  },
  resources: (item, _, place) =>
    listed('AWS::IAM::InstanceProfile', item['Arn'], place, {
      InstanceProfileName: item['InstanceProfileName'],
      Path: item['Path'],
      Roles: valuesAt(item, 'Roles[].RoleName'),
    }),
};

/** What is read of EC2, and the instance profiles of IAM. */
export const EC2_ROWS: readonly ResourceRow[] = [INSTANCES, LAUNCH_TEMPLATES, VPC_ENDPOINTS, INSTANCE_PROFILES];
