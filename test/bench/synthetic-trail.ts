/** Numbers that are the same in every run (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Fields = Readonly<Record<string, unknown>>;

interface Session {
  readonly key: string;
  readonly account: string;
  readonly role: string;
  readonly name: string;
  readonly agent: string;
  readonly opened: string;
  /** Place of the role. */
  readonly kind: number;
}

const regions = ['us-east-1', 'eu-west-1', 'eu-central-1'];
const accounts = ['111111111111', '222222222222', '333333333333', '444444444444'];
const agents = [
  'Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.10.210-201.852.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.2 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.34.69',
  'aws-sdk-js/3.540.0 ua/2.0 os/linux#6.1.79-99.167.amzn2023.x86_64 lang/js md/nodejs#20.12.0 api/dynamodb#3.540.0',
  'APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.43.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.0 os/linux lang/go#1.21.8 md/GOOS#linux md/GOARCH#amd64',
  'aws-cli/2.15.34 Python/3.11.8 Linux/6.5.0-1016-azure exe/x86_64.ubuntu.22 prompt/off command/s3.cp',
];
const roles = Array.from(
  { length: 120 },
  (_, index) => `service-${index % 40}-${['api', 'worker', 'deploy'][index % 3]}`,
);

/** What a call of an event asked for, and where it was about one resource, that. */
interface Event {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly parameters: (pick: Pick) => Fields | null;
  readonly response?: (pick: Pick) => Fields;
  readonly resources?: (parameters: Fields, account: string) => readonly Fields[];
}

type Pick = (below: number) => number;

const keyArn = (pick: Pick): string =>
  `arn:aws:kms:eu-west-1:111111111111:key/${hex(pick, 8)}-0000-4000-8000-00000000000${pick(8)}`;

const objectEvent = (name: string, readOnly: boolean): Event => ({
  source: 's3',
  name,
  readOnly,
  parameters: (pick) => ({
    bucketName: `data-${pick(12)}-prod`,
    Host: `data-${pick(12)}-prod.s3.eu-west-1.amazonaws.com`,
    key: `exports/2026/11/${pick(30) + 1}/part-${uuid(pick)}-${hex(pick, 12)}.parquet`,
    ...(readOnly ? {} : { 'x-amz-server-side-encryption': 'aws:kms' }),
  }),
  resources: ({ bucketName, key }, accountId) => [
    { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucketName}/${key}` },
    { accountId, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` },
  ],
});

const describe = (source: string, name: string): Event => ({
  source,
  name,
  readOnly: true,
  parameters: (pick) =>
    pick(3) === 0
      ? null
      : {
          maxResults: 100,
          filterSet: { items: [{ name: 'vpc-id', valueSet: { items: [{ value: `vpc-0${hex(pick, 16)}` }] } }] },
        },
});

const keyEvent = (name: string): Event => ({
  source: 'kms',
  name,
  readOnly: true,
  parameters: (pick) => ({
    keyId: keyArn(pick),
    encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::data-${pick(12)}-prod` },
  }),
  resources: ({ keyId }, accountId) => [{ accountId, type: 'AWS::KMS::Key', ARN: keyId }],
});

const named = (source: string, name: string, field: string, prefix: string, readOnly = true): Event => ({
  source,
  name,
  readOnly,
  parameters: (pick) => ({ [field]: `${prefix}${pick(200)}`, ...(pick(4) === 0 ? { withDecryption: true } : {}) }),
});

/** Forty events, those that make up most of what an account logs more than once. */
const events: readonly Event[] = [
  objectEvent('GetObject', true),
  objectEvent('GetObject', true),
  objectEvent('HeadObject', true),
  objectEvent('PutObject', false),
  objectEvent('DeleteObject', false),
  keyEvent('Decrypt'),
  keyEvent('Decrypt'),
  keyEvent('GenerateDataKey'),
  keyEvent('Encrypt'),
  ...[
    'DescribeInstances',
    'DescribeVolumes',
    'DescribeSubnets',
    'DescribeSecurityGroups',
    'DescribeTags',
    'DescribeVpcs',
  ].map((name) => describe('ec2', name)),
  ...['DescribeAutoScalingGroups', 'DescribeAutoScalingInstances'].map((name) => describe('autoscaling', name)),
  ...['DescribeLoadBalancers', 'DescribeTargetHealth', 'DescribeTargetGroups'].map((name) =>
    describe('elasticloadbalancing', name),
  ),
  named('ssm', 'GetParameter', 'name', '/service/config/'),
  named('ssm', 'GetParametersByPath', 'path', '/service/'),
  named('ssm', 'UpdateInstanceInformation', 'instanceId', 'i-0', false),
  named('secretsmanager', 'GetSecretValue', 'secretId', 'service/database-'),
  named('dynamodb', 'DescribeTable', 'tableName', 'orders-'),
  named('sqs', 'GetQueueAttributes', 'queueUrl', 'https://sqs.eu-west-1.amazonaws.com/111111111111/jobs-'),
  named('logs', 'CreateLogStream', 'logGroupName', '/aws/lambda/function-', false),
  named('logs', 'DescribeLogGroups', 'logGroupNamePrefix', '/aws/'),
  named('lambda', 'GetFunction20150331v2', 'functionName', 'function-'),
  named('lambda', 'ListTags20170331', 'resource', 'arn:aws:lambda:eu-west-1:111111111111:function:function-'),
  named('ecr', 'BatchGetImage', 'repositoryName', 'service/'),
  named('ecr', 'GetDownloadUrlForLayer', 'repositoryName', 'service/'),
  named('ecs', 'DescribeTasks', 'cluster', 'cluster-'),
  named('ecs', 'DescribeServices', 'cluster', 'cluster-'),
  named('iam', 'GetRole', 'roleName', 'service-'),
  named('iam', 'ListAttachedRolePolicies', 'roleName', 'service-'),
  named('iam', 'GetPolicyVersion', 'policyArn', 'arn:aws:iam::111111111111:policy/service-'),
  named('monitoring', 'DescribeAlarms', 'alarmNamePrefix', 'TargetTracking-table/orders-'),
  named('cloudformation', 'DescribeStacks', 'stackName', 'service-'),
  named(
    'states',
    'StartExecution',
    'stateMachineArn',
    'arn:aws:states:eu-west-1:111111111111:stateMachine:flow-',
    false,
  ),
  named('glue', 'GetTable', 'name', 'table_'),
  named('athena', 'GetQueryExecution', 'queryExecutionId', '00000000-0000-4000-8000-00000000'),
  {
    source: 'ec2',
    name: 'RunInstances',
    readOnly: false,
    parameters: (pick) => ({
      instancesSet: { items: [{ imageId: `ami-0${hex(pick, 16)}`, minCount: 1, maxCount: 1 }] },
      instanceType: 'm6i.large',
      iamInstanceProfile: { arn: `arn:aws:iam::111111111111:instance-profile/${roles[pick(roles.length)]}` },
      tagSpecificationSet: { items: [{ resourceType: 'instance', tags: [{ key: 'Name', value: 'node' }] }] },
    }),
    response: (pick) => ({
      requestId: hex(pick, 32),
      reservationId: `r-0${hex(pick, 16)}`,
      ownerId: '111111111111',
      instancesSet: {
        items: [
          {
            instanceId: `i-0${hex(pick, 16)}`,
            instanceState: { code: 0, name: 'pending' },
            privateDnsName: 'ip-10-0-1-23.eu-west-1.compute.internal',
          },
        ],
      },
    }),
  },
  {
    source: 'lambda',
    name: 'UpdateFunctionConfiguration20150331v2',
    readOnly: false,
    parameters: (pick) => ({
      functionName: `function-${pick(200)}`,
      role: `arn:aws:iam::111111111111:role/${roles[pick(roles.length)]}`,
      timeout: 30,
    }),
    response: (pick) => ({
      functionName: `function-${pick(200)}`,
      runtime: 'python3.12',
      codeSize: pick(1_000_000),
      codeSha256: `${hex(pick, 40)}=`,
      state: 'Active',
    }),
  },
];

const digits = '0123456789abcdef';

function hex(pick: Pick, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += digits[pick(16)];
  return text;
}

function uuid(pick: Pick): string {
  return `${hex(pick, 8)}-${hex(pick, 4)}-4${hex(pick, 3)}-8${hex(pick, 3)}-${hex(pick, 12)}`;
}

function newKey(pick: Pick): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let key = 'ASIA';
  for (let index = 0; index < 16; index += 1) key += letters[pick(32)];
  return key;
}

/** What one delivered file is to hold. */
export interface SyntheticFile {
  readonly account: string;
  readonly region: string;
  /** Path below the bucket. */
  readonly path: string;
  readonly text: string;
}

/**
 * Log files of an organization, the same for the same seed, one for every five minutes, account and region: sessions of
 * 120 roles in four accounts that services, users and CI open, and forty kinds of events with the fields that real
 * records have. Endless.
 */
export function* syntheticTrail(seed: number, recordsPerFile: number): Generator<SyntheticFile> {
  const random = seededNumbers(seed);
  const pick: Pick = (below) => Math.floor(random() * below);
  const sessions: Session[] = [];
  for (let file = 0; ; file += 1) {
    const account = accounts[file % accounts.length]!;
    const region = regions[Math.floor(file / accounts.length) % regions.length]!;
    const start = Date.UTC(2026, 9, 1) + Math.floor(file / (accounts.length * regions.length)) * 300_000;
    const records: Fields[] = [];
    while (records.length < recordsPerFile) {
      const eventTime = new Date(start + pick(300) * 1000).toISOString().replace('.000Z', 'Z');
      const place: Fields = { eventTime, awsRegion: region, recipientAccountId: account };
      const session = sessions[sessions.length - 1 - pick(Math.min(sessions.length, 400))];
      if (session === undefined || pick(25) === 0) {
        const opened = openedSession(pick, account, eventTime);
        sessions.push(opened);
        records.push(openingRecord(pick, opened, place));
        if (sessions.length > 2000) sessions.splice(0, 1000);
      } else records.push(callRecord(pick, session, place));
    }
    const stamp = new Date(start).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const day = new Date(start).toISOString().slice(0, 10).replaceAll('-', '/');
    const name = `${account}_CloudTrail_${region}_${stamp.slice(0, 13)}Z_${hex(pick, 16)}.json.gz`;
    yield {
      account,
      region,
      path: `AWSLogs/${account}/CloudTrail/${region}/${day}/${name}`,
      text: JSON.stringify({ Records: records }),
    };
  }
}

function openedSession(pick: Pick, account: string, opened: string): Session {
  const kind = pick(roles.length);
  const agent = agents[kind % agents.length]!;
  return { key: newKey(pick), account, role: roles[kind]!, kind, name: `session-${hex(pick, 12)}`, agent, opened };
}

function openingRecord(pick: Pick, { key, account, role, kind, name }: Session, place: Fields): Fields {
  const services = ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com', 'ec2.amazonaws.com'];
  const service = services[kind % services.length]!;
  const user = kind % 40;
  const identity: Fields =
    kind % 5 > 0
      ? { type: 'AWSService', invokedBy: service }
      : {
          type: 'IAMUser',
          principalId: `AIDAEXAMPLEEXAMPLE${user}`,
          arn: `arn:aws:iam::${account}:user/ci-${user}`,
          accountId: account,
          accessKeyId: `AKIAEXAMPLEEXAMPLE${String(user).padStart(2, '0')}`,
          userName: `ci-${user}`,
        };
  return {
    eventVersion: '1.11',
    userIdentity: identity,
    ...place,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    sourceIPAddress: service,
    userAgent: service,
    requestParameters: {
      roleArn: `arn:aws:iam::${account}:role/${role}`,
      roleSessionName: name,
      durationSeconds: 3600,
    },
    responseElements: {
      credentials: {
        accessKeyId: key,
        sessionToken: `IQoJb3JpZ2luX2VjE${hex(pick, 400)}`,
        expiration: 'Oct 1, 2026, 1:00:00 AM',
      },
      assumedRoleUser: {
        assumedRoleId: `AROAEXAMPLE:${name}`,
        arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
      },
    },
    requestID: uuid(pick),
    eventID: uuid(pick),
    readOnly: true,
    resources: [{ accountId: account, type: 'AWS::IAM::Role', ARN: `arn:aws:iam::${account}:role/${role}` }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    sharedEventID: uuid(pick),
    eventCategory: 'Management',
  };
}

function callRecord(pick: Pick, session: Session, place: Fields): Fields {
  const { key, account, role, name, agent } = session;
  // A role does the same few things all day.
  const event = events[(session.kind * 7 + pick(8) * 3) % events.length]!;
  const parameters = event.parameters(pick);
  const refused = pick(50) === 0;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${role.toUpperCase().replaceAll('-', '').padEnd(17, 'X').slice(0, 17)}:${name}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
      accountId: account,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${role.toUpperCase().replaceAll('-', '').padEnd(17, 'X').slice(0, 17)}`,
          arn: `arn:aws:iam::${account}:role/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { creationDate: session.opened, mfaAuthenticated: 'false' },
      },
    },
    ...place,
    eventSource: `${event.source}.amazonaws.com`,
    eventName: event.name,
    sourceIPAddress: `10.${pick(16)}.${pick(256)}.${pick(256)}`,
    userAgent: agent,
    ...(refused
      ? {
          errorCode: 'AccessDenied',
          errorMessage: `User: arn:aws:sts::${account}:assumed-role/${role}/${name} is not authorized to perform: ${event.source}:${event.name} because no identity-based policy allows the action`,
        }
      : {}),
    requestParameters: parameters,
    responseElements: refused ? null : (event.response?.(pick) ?? null),
    ...(event.source === 's3'
      ? {
          additionalEventData: {
            SignatureVersion: 'SigV4',
            CipherSuite: 'TLS_AES_128_GCM_SHA256',
            bytesTransferredIn: 0,
            AuthenticationMethod: 'AuthHeader',
            'x-amz-id-2': `${hex(pick, 120)}=`,
            bytesTransferredOut: pick(1_000_000),
          },
        }
      : {}),
    requestID: uuid(pick),
    eventID: uuid(pick),
    readOnly: event.readOnly,
    ...(event.resources === undefined || parameters === null
      ? {}
      : { resources: event.resources(parameters, account) }),
    eventType: 'AwsApiCall',
    managementEvent: event.source !== 's3',
    eventCategory: event.source === 's3' ? 'Data' : 'Management',
    ...(pick(10) === 0 ? { vpcEndpointId: `vpce-0${hex(pick, 16)}` } : {}),
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${event.source}.${String(place['awsRegion'])}.amazonaws.com`,
    },
  };
}
