import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { SecretRegister } from './secret-register.ts';
import type { SeedClients } from './seed-clients.ts';

/** The bucket that the organization trail puts its files into, in the management account. */
export const TRAIL_BUCKET = 'example-trail';

const day = 86_400;

/**
 * Puts log files of the organization trail into a bucket of the management account: `deployer` assumed its role with one
 * of its keys, a hundred days ago and yesterday, was refused a call today, and a digest lies beside them.
 */
export async function seedTrail(
  { s3 }: SeedClients,
  shop: { readonly accountId: string; readonly deployer: string; readonly role: string },
  secrets: SecretRegister,
): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: TRAIL_BUCKET }));
  const now = Math.floor(Date.now() / 1000);
  const calls = [
    { at: now - 100 * day, eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com' },
    { at: now - day, eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com' },
    { at: now - 3600, eventName: 'ListUsers', eventSource: 'iam.amazonaws.com', errorCode: 'AccessDenied' },
  ];
  for (const [index, { at, ...event }] of calls.entries()) {
    const time = new Date(at * 1000).toISOString();
    const [date = ''] = time.split('T');
    const record = {
      eventVersion: '1.11',
      eventID: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
      eventTime: time.replace('.000Z', 'Z'),
      ...event,
      eventType: 'AwsApiCall',
      awsRegion: 'us-east-1',
      recipientAccountId: shop.accountId,
      userIdentity: {
        type: 'IAMUser',
        arn: `arn:aws:iam::${shop.accountId}:user/deployer`,
        accountId: shop.accountId,
        accessKeyId: shop.deployer,
      },
      requestParameters: { roleArn: shop.role, externalId: secrets.plant('external id in a log file') },
      responseElements: {
        credentials: {
          accessKeyId: `ASIA${'EXAMPLELOGGED'}00${index}`,
          sessionToken: secrets.plant('session token in a log file'),
        },
      },
      resources: [{ ARN: shop.role, accountId: shop.accountId, type: 'AWS::IAM::Role' }],
    };
    const minute = time.slice(0, 16).replaceAll(/[-:]/g, '');
    const file = `${shop.accountId}_CloudTrail_us-east-1_${minute}Z_Example${index}.json.gz`;
    await s3.send(
      new PutObjectCommand({
        Bucket: TRAIL_BUCKET,
        Key: `AWSLogs/${shop.accountId}/CloudTrail/us-east-1/${date.replaceAll('-', '/')}/${file}`,
        Body: gzipSync(JSON.stringify({ Records: [record] })),
      }),
    );
  }
  await s3.send(
    new PutObjectCommand({
      Bucket: TRAIL_BUCKET,
      Key: `AWSLogs/${shop.accountId}/CloudTrail-Digest/us-east-1/2026/01/01/digest.json.gz`,
      Body: gzipSync('{}'),
    }),
  );
}
