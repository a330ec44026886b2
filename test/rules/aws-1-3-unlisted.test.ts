/** What needs no permission gives access to nothing that the input does not list (aws.md 1.3, step 0). */
import { expect, test } from 'vitest';
import { allow, ask, home, type Json, MIA, user } from './rule-estate.ts';

/** Classes of access to what is not listed in the account of mia. */
function unlisted(says: Json): readonly string[] {
  const { radius } = ask(home({ users: [user('mia', [says])], blocks: null, files: { resources: undefined } }));
  return radius(MIA).unbounded.map(({ class: of }) => of);
}

test('aws.md 1.3 step 0: a session token and the endpoints of a service are no access', () => {
  expect(unlisted(allow(['sts:GetSessionToken', 'sts:GetCallerIdentity', 'dynamodb:DescribeEndpoints']))).toEqual([]);
});

test('aws.md 1.3: what needs a permission is', () => {
  expect(unlisted(allow(['sts:GetSessionToken', 's3:GetObject']))).toEqual(['data-read']);
  expect(unlisted(allow('s3:PutObject'))).toEqual(['data-write']);
});
