import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Account of {@link record}. */
export const ACCOUNT = '111122223333';

/** ARN of the user of {@link record}. */
export const ANN: string = `arn:aws:iam::${ACCOUNT}:user/ann`;

/** Id of the key of {@link record}. */
export const KEY = 'AKIAAAAAAAAAAAAAAAAA';

let made = 0;

/** A call of `s3:ListBuckets` by a user, with other fields over it; each has an id of its own. */
export function record(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  made += 1;
  return {
    eventVersion: '1.11',
    eventType: 'AwsApiCall',
    eventTime: '2026-05-01T10:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    eventID: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    recipientAccountId: ACCOUNT,
    userIdentity: { type: 'IAMUser', arn: ANN, accountId: ACCOUNT, accessKeyId: KEY },
    requestParameters: null,
    responseElements: null,
    ...fields,
  };
}

/** A session of role `app`, by its key. */
export function session(accessKeyId: string): Readonly<Record<string, unknown>> {
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s`,
    accountId: ACCOUNT,
    accessKeyId,
    sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/team/app` } },
  };
}

/** A record that opened a session. */
export function opening(
  key: string,
  userIdentity: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return record({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    userIdentity,
    responseElements: { credentials: { accessKeyId: key, secretAccessKey: 'SECRET', sessionToken: 'TOKEN' } },
    ...fields,
  });
}

/** A directory for the files of each test. */
export function temporaryFiles(): {
  readonly directory: () => string;
  readonly write: (path: string, content: unknown) => string;
} {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'keyreach-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const write = (path: string, content: unknown): string => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    const plain = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, plain ? content : JSON.stringify(content));
    return file;
  };
  return { directory: () => directory, write };
}
