/** What open trust means for the score and the action of the subjects it lets in (aws.md 2.2; findings 3.5, 3.6). */
import { expect, test } from 'vitest';
import { allow, ask, home, iam, role } from './rule-estate.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const PROVIDER = iam(`oidc-provider/${ISSUER}`);

/** What to do about whoever has a token that a role of full control takes. */
function assessed(subject: string, condition: Readonly<Record<string, string>>) {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', ...condition } },
  };
  const files = { identityProviders: { OpenIDConnectProviders: [{ Arn: PROVIDER }], SAMLProviders: [] } };
  const { radius } = ask(home({ roles: [role('ci', [statement], [allow('*')])], files }));
  const { action } = radius(`federated:${ISSUER}#${subject}`);
  return [action.lo, action.hi];
}

test('aws.md 2.2 a subject that strangers can have calls for action', () => {
  expect(assessed('repo:*', { [`${ISSUER}:sub`]: 'repo:*' })).toEqual(['Act', 'Act']);
});

test('aws.md 2.2 one that an issuer gives to its owner alone does not', () => {
  const [lo, hi] = assessed('repo:acme/app:*', { [`${ISSUER}:sub`]: 'repo:acme/app:*' });
  expect([lo, hi]).not.toContain('Act');
});

test('aws.md 2.2 where a claim may or may not keep strangers out, it may call for action', () => {
  const [lo, hi] = assessed('repo:*', {
    [`${ISSUER}:sub`]: 'repo:*',
    [`${ISSUER}:repository_owner`]: 'acme',
  });
  expect(lo).not.toBe('Act');
  expect(hi).toBe('Act');
});
