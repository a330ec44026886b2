/** aws.md 1.2: the policy of AWS that every level has. */
import { describe, expect, test } from 'vitest';
import { allow, ask, bucket, deny, HOME, type Json, MIA, objectIn, organization, user } from './rule-estate.ts';

describe('resource control policies', () => {
  test('aws.md 1.2 RCP: `RCPFullAWSAccess` is attached everywhere, also where the list leaves it out', () => {
    const file = organization({ rcps: { [HOME]: [deny('sqs:*')] } });
    const attachments = (file['PolicyAttachments'] as readonly Json[]).filter(
      ({ PolicyId }) => PolicyId !== 'p-RCPFullAWSAccess',
    );
    const asked = ask({
      accounts: { [HOME]: { users: [user('mia', [allow('*')])], resources: bucket('exports') } },
      organization: { ...file, PolicyAttachments: attachments },
    });
    expect(asked.can(MIA, 's3:GetObject', objectIn('exports'))).toBe('allow');
  });
});
