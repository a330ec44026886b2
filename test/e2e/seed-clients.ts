import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { SecretRegister } from './secret-register.ts';

/** Static credentials of a session or a key. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The real SDK clients of one account, all for one endpoint. */
export interface SeedClients {
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly organizations: OrganizationsClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
}

/** Makes the clients that act with the given credentials in one region. */
export function seedClients(endpoint: string, region: string, credentials: StaticCredentials): SeedClients {
  const settings = { endpoint, region, credentials };
  return {
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    lambda: new LambdaClient(settings),
    organizations: new OrganizationsClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    sts: new STSClient(settings),
  };
}

/** Opens a session in another account, as the administrator that made it. */
export async function sessionIn(
  management: SeedClients,
  accountId: string,
  secrets: SecretRegister,
): Promise<StaticCredentials> {
  const roleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await management.sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'seed' }),
  );
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) {
    throw new Error(`no session in \`${accountId}\``);
  }
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: secrets.keep('secret key of a seeding session', Credentials.SecretAccessKey),
    sessionToken: secrets.keep('token of a seeding session', Credentials.SessionToken),
  };
}
