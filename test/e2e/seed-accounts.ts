import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { SecretRegister } from './secret-register.ts';
import { type SeedClients, type StaticCredentials, seedClients } from './seed-clients.ts';
import { known } from './seed-organization.ts';

/** Users of the Shop account that do nothing, so that lists have more than one page. */
export const staff: readonly string[] = Array.from(
  { length: 12 },
  (_, index) => `staff-${String(index + 1).padStart(2, '0')}`,
);

/** What one account is seeded with. */
interface Place {
  readonly accountId: string;
  readonly clients: SeedClients;
  readonly secrets: SecretRegister;
  readonly endpoint: string;
}

type Statement = Readonly<Record<string, unknown>>;

const policy = (...Statement: readonly Statement[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | readonly string[], Resource: string): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const trust = (Principal: Statement, extra: Statement = {}): string =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...extra });

/** The keys of the Shop account. */
export interface ShopKeys {
  /** Key of user `deployer`: it was used, and leads to the administrator of the Payments account. */
  readonly deployer: string;
  /** Second key of user `deployer`: the same rights, never used. */
  readonly deployerSpare: string;
  /** Key of user `auditor`: never used, leads nowhere. */
  readonly auditor: string;
  /** Key of user `builder`, who may assume a role that was given everything, up to a boundary that leaves reading. */
  readonly builder: string;
}

/** Seeds the account of the leaked key. */
export async function seedShop(place: Place, paymentsId: string): Promise<ShopKeys> {
  const { iam, s3 } = place.clients;
  await iam.send(new CreateGroupCommand({ GroupName: 'developers' }));
  const everyone = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'ListBuckets', PolicyDocument: policy(allow('s3:ListAllMyBuckets', '*')) }),
  );
  const listBuckets = known(everyone.Policy?.Arn);
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'developers', PolicyArn: listBuckets }));

  for (const UserName of ['deployer', 'auditor', 'builder', ...staff]) {
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'developers', UserName }));
  }
  const release = `arn:aws:iam::${paymentsId}:role/release`;
  await userPolicy(place, 'deployer', policy(allow('sts:AssumeRole', release)));
  await iam.send(
    new AttachUserPolicyCommand({ UserName: 'auditor', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }),
  );
  const Password = place.secrets.plant('password of a user');
  await iam.send(new CreateLoginProfileCommand({ UserName: 'auditor', Password }));
  const build = `arn:aws:iam::${place.accountId}:role/build`;
  await userPolicy(place, 'builder', policy(allow('sts:AssumeRole', build)));
  const builder = { AWS: `arn:aws:iam::${place.accountId}:user/builder` };
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AWSCodeBuildReadOnlyAccess';
  await iam.send(
    new CreateRoleCommand({ RoleName: 'build', AssumeRolePolicyDocument: trust(builder), PermissionsBoundary }),
  );
  await rolePolicy(place, 'build', policy(allow('*', '*')));

  const Bucket = `shop-orders-${place.accountId}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const reader = { AWS: `arn:aws:iam::${paymentsId}:role/settle` };
  const Policy = policy({
    Effect: 'Allow',
    Principal: reader,
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));

  const deployer = await accessKey(place, 'deployer');
  const deployerSpare = await accessKey(place, 'deployer');
  const auditor = await accessKey(place, 'auditor');
  const builderKey = await accessKey(place, 'builder');
  await seedClients(place.endpoint, 'us-east-1', deployer).sts.send(new GetCallerIdentityCommand({}));
  return {
    deployer: deployer.accessKeyId,
    deployerSpare: deployerSpare.accessKeyId,
    auditor: auditor.accessKeyId,
    builder: builderKey.accessKeyId,
  };
}

/** Seeds the account that falls: role `release` may change the code of a function that runs as administrator. */
export async function seedPayments(place: Place, shopId: string): Promise<void> {
  const { iam, kms, lambda, secrets, sns } = place.clients;
  const inAccount = (service: string, rest: string): string =>
    `arn:aws:${service}:us-east-1:${place.accountId}:${rest}`;
  const deployer = { AWS: `arn:aws:iam::${shopId}:user/deployer` };
  await iam.send(new CreateRoleCommand({ RoleName: 'release', AssumeRolePolicyDocument: trust(deployer) }));
  const code = ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction', 'lambda:GetFunction'];
  await rolePolicy(place, 'release', policy(allow(code, inAccount('lambda', 'function:settle'))));

  const runs = trust({ Service: 'lambda.amazonaws.com' });
  await iam.send(new CreateRoleCommand({ RoleName: 'settle', AssumeRolePolicyDocument: runs }));
  await rolePolicy(place, 'settle', policy(allow('*', '*')));
  await iam.send(new CreateRoleCommand({ RoleName: 'report', AssumeRolePolicyDocument: runs }));
  await rolePolicy(place, 'report', policy(allow('s3:GetObject', '*')));

  await iam.send(new CreateUserCommand({ UserName: 'exporter' }));
  const exporter = await accessKey(place, 'exporter');
  const Variables = {
    DATABASE_PASSWORD: place.secrets.plant('environment of a function'),
    AWS_EXPORT_KEY_ID: exporter.accessKeyId,
    AWS_EXPORT_SECRET: exporter.secretAccessKey,
  };
  for (const FunctionName of ['settle', 'report']) {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${place.accountId}:role/${FunctionName}`,
        Code: { ZipFile: Buffer.from(place.secrets.plant('code of a function')) },
        Environment: { Variables },
      }),
    );
  }

  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'settlements' }));
  const root = { AWS: `arn:aws:iam::${place.accountId}:root` };
  const Policy = policy({ Sid: 'Account', Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' });
  await kms.send(new PutKeyPolicyCommand({ KeyId: known(KeyMetadata?.KeyId), PolicyName: 'default', Policy }));
  const SecretString = place.secrets.plant('value of a secret');
  await secrets.send(new CreateSecretCommand({ Name: 'settlement/bank', SecretString }));
  const reader = { AWS: `arn:aws:iam::${shopId}:user/auditor` };
  const ResourcePolicy = policy({
    Effect: 'Allow',
    Principal: reader,
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  });
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'settlement/bank', ResourcePolicy }));
  await sns.send(new CreateTopicCommand({ Name: 'settled' }));
  const west = seedClients(place.endpoint, 'eu-west-1', await credentialsOf(place.clients));
  await west.sqs.send(new CreateQueueCommand({ QueueName: 'settlements' }));
  await west.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'archive',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${place.accountId}:role/report`,
      Code: { ZipFile: Buffer.from(place.secrets.plant('code of a function in the west')) },
      Environment: { Variables: { TOKEN: place.secrets.plant('environment of a function in the west') } },
    }),
  );

  const Url = 'https://token.actions.githubusercontent.com';
  const provider = { Url, ClientIDList: ['sts.amazonaws.com'], ThumbprintList: ['a'.repeat(40)] };
  await iam.send(new CreateOpenIDConnectProviderCommand(provider));
}

/** Seeds the account under the service control policy; gives the key of its user, who was given everything. */
export async function seedSandbox(place: Place): Promise<string> {
  const { iam } = place.clients;
  await iam.send(new CreateUserCommand({ UserName: 'player' }));
  await userPolicy(place, 'player', policy(allow('*', '*')));
  const player = { AWS: `arn:aws:iam::${place.accountId}:user/player` };
  await iam.send(new CreateRoleCommand({ RoleName: 'play', AssumeRolePolicyDocument: trust(player) }));
  return (await accessKey(place, 'player')).accessKeyId;
}

async function userPolicy(place: Place, UserName: string, PolicyDocument: string): Promise<void> {
  await place.clients.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
}

async function rolePolicy(place: Place, RoleName: string, PolicyDocument: string): Promise<void> {
  await place.clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
}

async function accessKey(place: Place, UserName: string): Promise<StaticCredentials> {
  const { AccessKey } = await place.clients.iam.send(new CreateAccessKeyCommand({ UserName }));
  const secretAccessKey = place.secrets.keep(`secret key of ${UserName}`, known(AccessKey?.SecretAccessKey));
  return { accessKeyId: known(AccessKey?.AccessKeyId), secretAccessKey };
}

async function credentialsOf(clients: SeedClients): Promise<StaticCredentials> {
  const { accessKeyId, secretAccessKey, sessionToken } = await clients.iam.config.credentials();
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
