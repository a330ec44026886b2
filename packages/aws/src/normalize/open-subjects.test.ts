import { describe, expect, test } from 'vitest';
import { openToStrangers } from './open-subjects.ts';

const github = 'token.actions.githubusercontent.com';

describe('openToStrangers (aws.md 2.2)', () => {
  test.each(['*', 'repo:*', 'repo:acme*', 'repo:*/shop:*', 'rep*'])('%s lets strangers in', (pattern) => {
    expect(openToStrangers(github, pattern)).toBe(true);
  });

  test.each(['repo:acme/*', 'repo:acme/shop:*', 'repo:acme/shop:ref:refs/heads/main'])(
    '%s names an owner',
    (pattern) => {
      expect(openToStrangers(github, pattern)).toBe(false);
    },
  );

  test('an issuer with a tenant of its own serves nobody else', () => {
    expect(openToStrangers('oidc.eks.eu-west-1.amazonaws.com/id/0123', '*')).toBe(false);
    expect(openToStrangers('arn:aws:iam::111111111111:saml-provider/okta', '*')).toBe(false);
  });

  test('other shared issuers', () => {
    expect(openToStrangers('app.terraform.io', 'organization:acme:project:*')).toBe(false);
    expect(openToStrangers('app.terraform.io', 'organization:*')).toBe(true);
    expect(openToStrangers('accounts.google.com', '*')).toBe(true);
    expect(openToStrangers('accounts.google.com', '1134')).toBe(false);
  });

  test('an issuer of Vercel without a team in its path serves every team', () => {
    expect(openToStrangers('oidc.vercel.com', '*')).toBe(true);
    expect(openToStrangers('oidc.vercel.com', 'owner:acme:project:*')).toBe(false);
    expect(openToStrangers('oidc.vercel.com/acme', '*')).toBe(false);
  });

  test.each([
    ['*', true],
    ['*/authenticated', true],
    ['eu-west-1:*/authenticated', true],
    ['eu-west-1:p/unauthenticated', true],
    ['eu-west-1:p/authenticated', false],
    // Guests are among those who need not say how they signed in, where the pool has any.
    ['eu-west-1:p/*', 'conditional'],
  ])('a subject of Cognito, %s: %s (aws.md 2.1)', (pattern, open) => {
    expect(openToStrangers('cognito-identity.amazonaws.com', pattern)).toBe(open);
  });

  test.each([
    ['eu-west-1:p/unauthenticated', true, true],
    ['eu-west-1:p/unauthenticated', false, false],
    ['eu-west-1:p/*', true, true],
    ['eu-west-1:p/*', false, false],
    ['eu-west-1:p/authenticated', true, false],
    ['eu-west-1:*/unauthenticated', false, true],
    ['*', false, true],
  ])('a subject of Cognito, %s, where guests of the pool are let in: %s (aws.md 2.1)', (pattern, guests, open) => {
    const servesGuests = (pool: string) => (pool === 'eu-west-1:p' ? guests : undefined);
    expect(openToStrangers('cognito-identity.amazonaws.com', pattern, servesGuests)).toBe(open);
  });
});
