import fc from 'fast-check';

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const defined = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const emails = ['ci@p.iam.gserviceaccount.com', 'app@p.iam.gserviceaccount.com', 'ann@example.com'];
const subject = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s';

const authentication = fc
  .record({
    principalEmail: pick<string | undefined>(...emails, emails[0]!, '', undefined),
    principalSubject: pick<string | undefined>(subject, `serviceAccount:${emails[0]}`, undefined, ''),
    serviceAccountKeyName: pick<string | undefined>(
      `//iam.googleapis.com/projects/p/serviceAccounts/${emails[0]}/keys/aaaa`,
      `//iam.googleapis.com/projects/p/serviceAccounts/${emails[0]}/keys/bbbb`,
      '//iam.googleapis.com/projects/p/serviceAccounts/x/keys/',
      'aaaa',
      '',
      undefined,
      undefined,
    ),
    serviceAccountDelegationInfo: fc.oneof(
      { weight: 3, arbitrary: pick(undefined, []) },
      {
        weight: 1,
        arbitrary: fc.array(
          pick<object>(
            { firstPartyPrincipal: { principalEmail: emails[1] } },
            { firstPartyPrincipal: { principalEmail: emails[2] }, principalSubject: subject },
            { principalSubject: subject },
            { firstPartyPrincipal: { principalEmail: '' } },
          ),
          { maxLength: 3 },
        ),
      },
    ),
  })
  .map(defined);

const element = fc
  .record({
    permission: pick<string | undefined>(
      'storage.objects.get',
      'storage.objects.list',
      'iam.googleapis.com/workloadIdentityPools.get',
      '',
      undefined,
    ),
    resource: fc.oneof(
      pick<string | undefined>('projects/_/buckets/b', 'projects/_/buckets/b/objects/o x', '', undefined),
      fc.nat({ max: 90 }).map((index) => `projects/_/buckets/b/objects/${index}`),
    ),
    granted: pick<boolean | undefined>(true, true, true, false, undefined),
  })
  .map(defined);

const entry = fc
  .record({
    logName: pick(
      'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
      'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access',
      'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access',
      'organizations/1/logs/cloudaudit.googleapis.com%2Factivity',
      'projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event',
      'projects/p/logs/cloudaudit.googleapis.com%2Fpolicy',
      'projects/p/logs/app',
    ),
    timestamp: fc
      .tuple(fc.integer({ min: 10, max: 28 }), fc.integer({ min: 10, max: 12 }), pick('', '.5', '.999999', '.000001'))
      .map(([day, second, fraction]) => `2026-02-${day}T00:00:${second}${fraction}Z`),
    insertId: fc.oneof(pick<string | undefined>('', undefined), fc.nat({ max: 400 }).map(String)),
    operation: pick<object | undefined>(
      undefined,
      undefined,
      { id: 'x', first: true },
      { id: 'x', last: true },
      { id: 'x', first: true, last: true },
      { id: 'x' },
    ),
    protoPayload: fc
      .record({
        serviceName: pick('storage.googleapis.com', 'storage.googleapis.com', 'iam.googleapis.com', ''),
        methodName: pick<string | undefined>('storage.objects.get', 'x.y', '', undefined),
        status: pick<object | undefined>(undefined, {}, {}, { code: 5 }, { code: 7 }),
        authenticationInfo: authentication,
        authorizationInfo: fc.oneof(
          { weight: 1, arbitrary: pick(undefined, []) },
          { weight: 4, arbitrary: fc.array(element, { maxLength: 5 }) },
        ),
      })
      .map(defined),
  })
  .map(defined);

/** Audit logs with every kind of entry that the rules of `docs/usage-gcp.md` speak of; some delivered twice. */
export function arbitraryAuditLog(): fc.Arbitrary<readonly object[]> {
  const one = fc.array(entry, { minLength: 8, maxLength: 60 });
  const many = fc.array(fc.nat({ max: 80 }), { minLength: 100, maxLength: 220 }).map((numbers) =>
    numbers.map((number, index) => ({
      logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access',
      timestamp: '2026-02-01T00:00:00Z',
      insertId: `many ${index}`,
      protoPayload: {
        serviceName: 'storage.googleapis.com',
        authenticationInfo: { principalEmail: emails[1] },
        authorizationInfo: [
          {
            permission: 'storage.objects.get',
            resource: `projects/_/buckets/b/objects/${number}`,
            granted: number !== 3,
          },
        ],
      },
    })),
  );
  return fc
    .oneof({ weight: 4, arbitrary: one }, { weight: 1, arbitrary: fc.tuple(one, many).map((parts) => parts.flat()) })
    .map(withEqualIds);
}

/** Entries of one log, time and id are equal. */
function withEqualIds(entries: readonly object[]): readonly object[] {
  const first = new Map<string, object>();
  return entries.map((one) => {
    const { logName, timestamp, insertId } = one as { logName: string; timestamp: string; insertId?: string };
    if (insertId === undefined || insertId === '') return one;
    const key = JSON.stringify([logName, timestamp, insertId]);
    const known = first.get(key);
    if (known === undefined) first.set(key, one);
    return known ?? one;
  });
}
