import fc from 'fast-check';

type Fields = Readonly<Record<string, unknown>>;

const accounts = ['111111111111', '222222222222'];
const longKeys = ['AKIAAAAAAAAAAAAAAAA1', 'AKIAAAAAAAAAAAAAAAA2'];
const sessionKeys = Array.from({ length: 9 }, (_, index) => `ASIAAAAAAAAAAAAAAAA${index}`);

const sometimes = <T>(value: fc.Arbitrary<T>, weight = 1, of = 4): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: value }, { weight: of - weight, arbitrary: fc.constant(undefined) });
const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** An object without the fields that are undefined. */
const defined = (given: Fields): Fields =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

const anyRoleArn = fc.oneof(
  fc.tuple(pick(...accounts), pick('app', 'path/deploy', 'a+=,.@-_b')).map(([account, name]) => roleArn(account, name)),
  pick(
    'arn:aws-cn:iam::111111111111:instance-profile/web',
    'arn:aws:iam::111111111111:user/ann',
    'arn:aws:iam::1111:role/app',
    'arn:aws:iam::111111111111:role/',
    'arn:aws:iam::111111111111:role/with space',
    'see arn:aws:iam::111111111111:role/app',
  ),
);

const key = fc.oneof(
  { weight: 3, arbitrary: pick(...longKeys) },
  { weight: 5, arbitrary: pick(...sessionKeys.slice(0, 4)) },
  { weight: 1, arbitrary: pick(undefined, '') },
);

/** Every type of identity, with and without what tells the principal. */
const identity: fc.Arbitrary<Fields> = fc
  .record({
    type: fc.oneof(
      { weight: 6, arbitrary: pick('IAMUser', 'AssumedRole') },
      { weight: 1, arbitrary: pick('Root', 'FederatedUser', 'AWSAccount', 'AWSService', 'SAMLUser', undefined) },
    ),
    account: pick(...accounts),
    name: pick('app', 'deploy'),
    accessKeyId: key,
    invokedBy: sometimes(pick('cloudformation.amazonaws.com', '', 'ec2.amazonaws.com')),
    arn: sometimes(fc.constant(true), 9, 10),
    issuer: sometimes(pick('there', 'null', 'empty'), 3),
    accountId: sometimes(fc.constant(true), 9, 10),
  })
  .map(({ type, account, name, accessKeyId, invokedBy, arn, issuer, accountId }) => {
    const assumed = `arn:aws:sts::${account}:assumed-role/${name}/session-1`;
    const arns: Readonly<Record<string, string>> = {
      IAMUser: `arn:aws:iam::${account}:user/${name}`,
      Root: `arn:aws:iam::${account}:root`,
      AssumedRole: assumed,
      FederatedUser: `arn:aws:sts::${account}:federated-user/${name}`,
    };
    const issuers: Readonly<Record<string, Fields | null>> = {
      there: { type: 'Role', arn: roleArn(account, `team/${name}`) },
      null: null,
      empty: {},
    };
    const temporary = type === 'AssumedRole' || type === 'FederatedUser';
    return defined({
      type,
      arn: arn === undefined ? undefined : (arns[type ?? ''] ?? assumed),
      accountId: accountId === undefined ? undefined : account,
      accessKeyId,
      invokedBy,
      sessionContext:
        temporary && issuer !== undefined ? { sessionIssuer: issuers[issuer], attributes: {} } : undefined,
    });
  });

const event = pick(
  ['s3.amazonaws.com', 'GetObject'],
  ['s3.amazonaws.com', 'PutObject'],
  ['ec2.amazonaws.com', 'RunInstances'],
  ['lambda.amazonaws.com', 'CreateFunction20150331'],
  ['sts.amazonaws.com', 'AssumeRole'],
  ['s3', 'GetObject'],
  ['amazonaws.com.example', 'GetObject'],
);

const parameters: fc.Arbitrary<Fields | null | undefined> = fc.oneof(
  { weight: 1, arbitrary: pick(null, undefined) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        bucketName: sometimes(pick('data', 'logs', '', 'arn:aws:s3:us-east-1:111111111111:accesspoint/front'), 3, 4),
        key: sometimes(pick('a/b.txt', 'ümlaut "quoted"', ''), 2),
        versionId: sometimes(pick('v1', null), 1, 6),
        'x-amz-copy-source': sometimes(pick('data/a'), 1, 6),
        'x-amz-acl': sometimes(pick('private', null), 1, 6),
        'x-amz-grant-read-acp': sometimes(pick('id="1"'), 1, 8),
        'x-amz-object-lock-legal-hold': sometimes(pick('ON'), 1, 8),
        'x-amz-tagging': sometimes(pick('a=b'), 1, 8),
        tags: sometimes(pick<unknown>([], null, { a: 'b' }), 1, 8),
        tagSpecificationSet: sometimes(pick({ items: [] }), 1, 8),
        sourceIdentity: sometimes(pick('ann', null), 1, 6),
        iamInstanceProfile: sometimes(pick<unknown>({ name: 'web' }, null), 1, 8),
        roleArn: sometimes(anyRoleArn),
        nested: sometimes(
          fc.oneof(
            fc.array(anyRoleArn, { maxLength: 3 }).map((arns) => ({ deep: [{ arns }] })),
            pick<unknown>({ config: { iamInstanceProfile: { arn: 'x' } } }, ['iamInstanceProfiles']),
          ),
        ),
      })
      .map(defined),
  },
);

const resource = pick<Fields>(
  { ARN: 'arn:aws:s3:::data', accountId: '111111111111', type: 'AWS::S3::Bucket' },
  { ARN: 'arn:aws:kms:us-east-1:111111111111:key/k1', accountId: '111111111111', type: 'AWS::KMS::Key' },
  { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::data/' },
);

const errorCode = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: pick(
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'Client.UnauthorizedOperation',
      'AuthorizationError',
      'AuthorizationErrorException',
      'Forbidden',
      'NoSuchKey',
      'ThrottlingException',
      'accessdenied',
    ),
  },
);

const time = fc
  .integer({ min: 0, max: 5_000_000 })
  .map((seconds) => new Date(1_767_225_600_000 + seconds * 1000).toISOString().replace('.000Z', 'Z'));

const call: fc.Arbitrary<Fields> = fc
  .record({
    identity,
    event,
    parameters,
    errorCode,
    eventTime: time,
    eventType: fc.oneof(
      { weight: 12, arbitrary: fc.constant('AwsApiCall') },
      { weight: 1, arbitrary: pick('AwsServiceEvent', 'AwsConsoleSignIn') },
    ),
    recipientAccountId: fc.oneof(
      { weight: 8, arbitrary: pick(...accounts) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    resources: sometimes(fc.array(resource, { maxLength: 2 }), 2),
    console: sometimes(pick<unknown>(true, 'true', 'false', false), 1, 5),
  })
  .map(({ identity: userIdentity, event: [eventSource, eventName], parameters: requestParameters, console, ...rest }) =>
    defined({
      ...rest,
      userIdentity,
      eventSource,
      eventName,
      requestParameters,
      sessionCredentialFromConsole: console,
    }),
  );

/** A record that opened a session, by a key, by another account without a key, by a service, or from outside. */
const opening: fc.Arbitrary<Fields> = fc
  .record({
    base: call,
    opened: pick(...sessionKeys.slice(0, 4)),
    name: pick(
      'AssumeRole',
      'GetSessionToken',
      'AssumeRoleWithSAML',
      'AssumeRoleWithWebIdentity',
      'AssumeRole',
      'GetObject',
    ),
    by: pick('same', 'same', 'account', 'service', 'nobody'),
  })
  .map(({ base, opened, name, by }) => openedBy(base, opened, name, by));

function openedBy(base: Fields, opened: string, eventName: string, by: string): Fields {
  const { accountId } = (base['userIdentity'] ?? {}) as Fields;
  const identities: Readonly<Record<string, Fields>> = {
    account: defined({ type: 'AWSAccount', accountId }),
    service: { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' },
    nobody: { type: 'AWSService' },
  };
  return {
    ...base,
    userIdentity: identities[by] ?? base['userIdentity'],
    eventSource: 'sts.amazonaws.com',
    eventName,
    eventType: 'AwsApiCall',
    responseElements: {
      credentials: { accessKeyId: opened, sessionToken: 'SECRET-TOKEN', secretAccessKey: 'SECRET-KEY' },
    },
  };
}

/** A chain of up to seven sessions, and a call with the last. */
const chain: fc.Arbitrary<readonly Fields[]> = fc
  .record({
    length: fc.integer({ min: 1, max: 7 }),
    base: call,
    end: pick(...longKeys, sessionKeys[8]!, undefined),
    first: pick('AssumeRole', 'GetSessionToken', 'AssumeRoleWithSAML'),
  })
  .map(({ length, base, end, first }) => {
    const by = (accessKeyId: string | undefined): Fields => ({
      ...base,
      eventType: 'AwsApiCall',
      userIdentity: defined({ type: 'IAMUser', arn: 'arn:aws:iam::111111111111:user/ann', accessKeyId }),
    });
    const links = Array.from({ length }, (_, index) => {
      const last = index === length - 1;
      const record = by(last ? end : sessionKeys[index + 1]);
      return openedBy(record, sessionKeys[index]!, last ? first : 'AssumeRole', 'same');
    });
    return [...links, by(sessionKeys[0])];
  });

/** About as many objects as are told apart for one row: the limit is 64. */
const manyResources: fc.Arbitrary<readonly Fields[]> = fc
  .record({ base: call, count: fc.integer({ min: 61, max: 67 }), bare: fc.boolean(), refusedFrom: fc.nat({ max: 66 }) })
  .map(({ base, count, bare, refusedFrom }) => {
    const { errorCode: _, ...accepted } = base;
    const records = Array.from({ length: count }, (_unused, index) => ({
      ...accepted,
      eventSource: 's3.amazonaws.com',
      requestParameters: { bucketName: 'data', key: `object-${index}` },
      ...(index >= refusedFrom ? { errorCode: 'AccessDenied' } : {}),
      ...(index % 2 === 0 ? {} : { recipientAccountId: accounts[1] }),
    }));
    return bare ? [...records, { ...accepted, eventSource: 's3.amazonaws.com', requestParameters: {} }] : records;
  });

const fieldNames = [
  'eventType',
  'eventSource',
  'eventName',
  'eventTime',
  'userIdentity',
  'requestParameters',
  'eventID',
];
const oddValues: readonly unknown[] = [null, 7, '', 'x', [], {}, [['arn:aws:iam::111111111111:role/app']], true];
const oddTimes = ['2026-02-30T00:00:00Z', '2026-01-01 00:00:00', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00.5Z'];

/** What {@link arbitraryTrail} may hold. */
export interface RandomTrail {
  /** Fields of other types than CloudTrail writes, which a table with typed columns cannot hold. */
  readonly oddTypes?: boolean;
}

/**
 * CloudTrail records in random order: few principals and keys, so that much falls together; sessions that opened
 * sessions, duplicates, other accounts, refusals, and about the limit of resources. Types are those CloudTrail writes,
 * fields may be absent.
 */
export function arbitraryTrail({ oddTypes = false }: RandomTrail = {}): fc.Arbitrary<object[]> {
  const parts = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: call.map((record): readonly Fields[] => [record]) },
      { weight: 4, arbitrary: opening.map((record): readonly Fields[] => [record]) },
      { weight: 2, arbitrary: chain },
      { weight: 1, arbitrary: manyResources },
    ),
    { maxLength: 25 },
  );
  const change = fc.record({
    at: fc.nat(),
    field: pick(...fieldNames),
    value: oddTypes ? pick(...oddValues, ...oddTimes) : fc.constant(undefined),
  });
  return fc
    .record({
      parts,
      ids: fc.infiniteStream(fc.nat({ max: 0xffff })),
      changes: fc.array(change, { maxLength: 4 }),
      copies: fc.array(fc.nat(), { maxLength: 8 }),
      places: fc.infiniteStream(fc.nat({ max: 0xffff })),
    })
    .map(({ parts: given, ids, changes, copies, places }) => {
      const records: Fields[] = given.flat().map((record, index) => {
        const eventID = `${ids.next().value.toString(16).padStart(4, '0')}-${index}`;
        return { eventVersion: '1.11', ...record, eventID };
      });
      for (const { at, field, value } of records.length === 0 ? [] : changes) {
        const index = at % records.length;
        // Two records with one id must stay equal, so an id only ever goes away.
        const odd = field === 'eventID' && typeof value === 'string' && value !== '' ? undefined : value;
        records[index] = defined({ ...records[index], [field]: odd });
      }
      const all = [
        ...records,
        ...copies.flatMap((at) => (records.length === 0 ? [] : [records[at % records.length]!])),
      ];
      return all
        .map((record) => ({ record, place: places.next().value }))
        .sort((left, right) => left.place - right.place)
        .map(({ record }) => ({ ...record }));
    });
}
