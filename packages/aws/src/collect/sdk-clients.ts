import { KeyreachError } from '@keyreach/core/graph';

/** Credentials of a session. Never written anywhere. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a client is made for. */
export interface ClientOptions {
  /** Absent: the region of the environment or of the profile. */
  readonly region?: string;
  /** Absent: the default chain of the SDK (environment, profile, container, instance). */
  readonly credentials?: SessionCredentials;
}

/** A client of one service: sends a command by its name and gives the reply as the SDK does. */
export interface ServiceClient {
  send(
    command: string,
    input: Readonly<Record<string, unknown>>,
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<unknown>;
}

/** Makes the client of a service, named as in its package: `iam`, `s3-control`. */
export type ClientFactory = (service: string, options: ClientOptions) => Promise<ServiceClient>;

interface ClientPackage {
  /** Name of the client class in the package. */
  readonly client: string;
  readonly load: () => Promise<object>;
  /**
   * Variable of the environment with its endpoint, of a package from before the SDK looked for one itself, and took limits of
   * time as plain numbers.
   */
  readonly endpointVariable?: string;
}

/** Every package that a collection may need. Loaded when it is first used. */
const PACKAGES: Readonly<Record<string, ClientPackage>> = {
  account: { client: 'AccountClient', load: () => import('@aws-sdk/client-account') },
  athena: { client: 'AthenaClient', load: () => import('@aws-sdk/client-athena') },
  cloudcontrol: { client: 'CloudControlClient', load: () => import('@aws-sdk/client-cloudcontrol') },
  cloudformation: { client: 'CloudFormationClient', load: () => import('@aws-sdk/client-cloudformation') },
  cloudtrail: { client: 'CloudTrailClient', load: () => import('@aws-sdk/client-cloudtrail') },
  codebuild: { client: 'CodeBuildClient', load: () => import('@aws-sdk/client-codebuild') },
  'config-service': { client: 'ConfigServiceClient', load: () => import('@aws-sdk/client-config-service') },
  dynamodb: { client: 'DynamoDBClient', load: () => import('@aws-sdk/client-dynamodb') },
  ec2: { client: 'EC2Client', load: () => import('@aws-sdk/client-ec2') },
  ecr: { client: 'ECRClient', load: () => import('@aws-sdk/client-ecr') },
  ecs: { client: 'ECSClient', load: () => import('@aws-sdk/client-ecs') },
  eks: { client: 'EKSClient', load: () => import('@aws-sdk/client-eks') },
  iam: { client: 'IAMClient', load: () => import('@aws-sdk/client-iam') },
  identitystore: { client: 'IdentitystoreClient', load: () => import('@aws-sdk/client-identitystore') },
  kms: { client: 'KMSClient', load: () => import('@aws-sdk/client-kms') },
  lambda: { client: 'LambdaClient', load: () => import('@aws-sdk/client-lambda') },
  organizations: { client: 'OrganizationsClient', load: () => import('@aws-sdk/client-organizations') },
  rolesanywhere: {
    client: 'RolesAnywhereClient',
    load: () => import('@aws-sdk/client-rolesanywhere'),
    endpointVariable: 'AWS_ENDPOINT_URL_ROLESANYWHERE',
  },
  s3: { client: 'S3Client', load: () => import('@aws-sdk/client-s3') },
  's3-control': { client: 'S3ControlClient', load: () => import('@aws-sdk/client-s3-control') },
  'secrets-manager': { client: 'SecretsManagerClient', load: () => import('@aws-sdk/client-secrets-manager') },
  sns: { client: 'SNSClient', load: () => import('@aws-sdk/client-sns') },
  sqs: { client: 'SQSClient', load: () => import('@aws-sdk/client-sqs') },
  'sso-admin': { client: 'SSOAdminClient', load: () => import('@aws-sdk/client-sso-admin') },
  sts: { client: 'STSClient', load: () => import('@aws-sdk/client-sts') },
};

/** The client class of each service. */
export const SDK_CLIENTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PACKAGES).map(([service, { client }]) => [service, client]),
);

interface SdkClient {
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Attempts of one call, the first included: throttling of IAM and Organizations may last for a minute. */
const ATTEMPTS = 10;

/** Milliseconds for a connection, and for a reply or the next piece of it; without them a dead connection is waited for. */
const CONNECTION_TIME = 10_000;
const REPLY_TIME = 120_000;

const REQUESTS = {
  connectionTimeout: CONNECTION_TIME,
  requestTimeout: REPLY_TIME,
  socketTimeout: REPLY_TIME,
  throwOnRequestTimeout: true,
};

/**
 * Clients of the AWS SDK, each loaded when it is first needed. They retry throttling and broken connections themselves,
 * more slowly the more they are throttled, and take endpoints from the environment (`AWS_ENDPOINT_URL`).
 *
 * @throws KeyreachError `unknown-service` for a service or command that no installed client has.
 */
export const sdkClients: ClientFactory = async (service, { region, credentials }) => {
  const known = Object.hasOwn(PACKAGES, service) ? PACKAGES[service] : undefined;
  if (known === undefined)
    throw new KeyreachError('unknown-service', `there is no client for the service \`${service}\``);
  const module = (await known.load()) as Readonly<Record<string, unknown>>;
  const Client = constructorOf<SdkClient>(module, known.client);
  const endpoint =
    known.endpointVariable && (process.env[known.endpointVariable] || process.env['AWS_ENDPOINT_URL'] || undefined);
  const client = new Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(known.endpointVariable === undefined ? { requestHandler: REQUESTS } : {}),
    maxAttempts: ATTEMPTS,
    retryMode: 'adaptive',
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(service === 's3' ? { followRegionRedirects: true } : {}),
  });
  return {
    send: async (command, input, options) => {
      const Command = constructorOf<object>(module, `${command}Command`);
      return client.send(new Command(input), options);
    },
  };
};

function constructorOf<T>(module: Readonly<Record<string, unknown>>, name: string): new (input: object) => T {
  const found = Object.hasOwn(module, name) ? module[name] : undefined;
  if (typeof found !== 'function') throw new KeyreachError('unknown-service', `the client has no \`${name}\``);
  return found as new (
    input: object,
  ) => T;
}
