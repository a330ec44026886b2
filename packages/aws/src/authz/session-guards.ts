import type { Statement } from '@keyreach/core/graph';

const EVERYTHING: Statement = {
  effect: 'allow',
  actions: { include: ['*'], exclude: [] },
  resources: { include: ['*'], exclude: [] },
  index: 0,
};

function deny(index: number, actions: Statement['actions'], excludedResources: readonly string[] = []): Statement {
  return {
    effect: 'deny',
    actions,
    resources: { include: ['*'], exclude: excludedResources },
    index,
  };
}

/**
 * What the service refuses in a session, whoever grants it: denies, so that no policy on a resource gets past them, as it
 * gets past a session policy (aws.md 1.4).
 */
function except(...denied: readonly Statement['actions'][]): readonly Statement[] {
  return [EVERYTHING, ...denied.map((actions, at) => deny(at + 1, actions))];
}

function all(...include: readonly string[]): Statement['actions'] {
  return { include, exclude: [] };
}

/** Only these actions, for credentials that work with one service. */
export function onlyActions(...actions: readonly string[]): readonly Statement[] {
  return except({ include: ['*'], exclude: actions });
}

/** GetSessionToken and GetFederationToken must be called with long-term credentials (aws.md 1.7). */
export const notFromSessions: readonly Statement[] = except(all('sts:GetSessionToken', 'sts:GetFederationToken'));

/** GetSessionToken with MFA (aws.md 1.7): of STS only AssumeRole, beside what is always allowed. */
export const mfaSessionGuard: readonly Statement[] = except({ include: ['sts:*'], exclude: ['sts:AssumeRole'] });

/** GetSessionToken without MFA (aws.md 1.7): no IAM either. */
export const sessionTokenGuard: readonly Statement[] = except(all('iam:*'), {
  include: ['sts:*'],
  exclude: ['sts:AssumeRole'],
});

/** GetFederationToken (aws.md 1.7): neither IAM nor STS, beside what is always allowed. */
export const federationTokenGuard: readonly Statement[] = except(all('iam:*', 'sts:*'));

/** A credential of which nobody can say what it is still good for. */
export function undecidedGuard(why: string): readonly Statement[] {
  return [EVERYTHING, { ...deny(1, all('*')), undecidable: why }];
}

/** A Bedrock API key (aws.md 5.2); whether it also opens the endpoints that answer in the name of other vendors is not told. */
export const bedrockKeyGuard: readonly Statement[] = [
  ...onlyActions('bedrock:*', 'bedrock-mantle:*'),
  {
    ...deny(2, all('bedrock-mantle:*')),
    undecidable: 'whether a Bedrock API key works with this endpoint is not documented',
  },
];

const ROOT_USERS = ['arn:*:iam::*:root'];

/** Denies all but some actions, and those as well on anything but root users. */
function onRootUsers(actions: readonly string[], anywhere: readonly string[] = []): readonly Statement[] {
  return [
    EVERYTHING,
    deny(1, { include: ['*'], exclude: [...actions, ...anywhere] }),
    deny(2, { include: actions, exclude: [] }, ROOT_USERS),
  ];
}

const AUDIT: readonly string[] = [
  'iam:GetAccessKeyLastUsed',
  'iam:GetLoginProfile',
  'iam:GetUser',
  'iam:ListAccessKeys',
  'iam:ListMFADevices',
  'iam:ListSigningCertificates',
];

/** The five task policies of AssumeRoot, by name (aws.md 1.7). They hold denies only: a root user needs no allow. */
export const taskPolicyGuards: ReadonlyMap<string, readonly Statement[]> = new Map([
  ['IAMAuditRootUserCredentials', onRootUsers(AUDIT, ['iam:GetAccountSummary'])],
  ['IAMCreateRootUserPassword', onRootUsers(['iam:CreateLoginProfile', 'iam:GetLoginProfile'])],
  [
    'IAMDeleteRootUserCredentials',
    onRootUsers([
      ...AUDIT,
      'iam:DeactivateMFADevice',
      'iam:DeleteAccessKey',
      'iam:DeleteLoginProfile',
      'iam:DeleteSigningCertificate',
    ]),
  ],
  [
    'S3UnlockBucketPolicy',
    onlyActions('s3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:ListAllMyBuckets', 's3:PutBucketPolicy'),
  ],
  [
    'SQSUnlockQueuePolicy',
    onlyActions('sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueues', 'sqs:SetQueueAttributes'),
  ],
]);
