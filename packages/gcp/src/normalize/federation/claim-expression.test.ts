import { describe, expect, it } from 'vitest';
import { claimExpression } from './claim-expression.ts';
import { type ClaimValue, claimIs, claimMap, textClaim, textOfParts } from './claim-value.ts';

const session = textOfParts(['arn:aws:sts::111122223333:assumed-role/deploy/', { hole: 'word' }]);

const open = claimMap(
  {
    arn: session,
    sub: textClaim('repo:acme/app:ref:refs/heads/main'),
    'kubernetes.io': claimMap({ namespace: textClaim('ns') }, true),
  },
  true,
);
const closed = claimMap({ arn: session, account: textClaim('111122223333') }, false);

function run(text: string, assertion: ClaimValue = open): ClaimValue | undefined {
  return claimExpression(text)?.evaluate(new Map([['assertion', assertion]]));
}

const yes = { is: 'boolean', value: true };
const no = { is: 'boolean', value: false };
const unknown = { is: 'unknown' };
const error = { is: 'error' };

describe('claimExpression', () => {
  it('gives the role of a session whose name is not known, as the default mapping of AWS takes it (gcp.md 2)', () => {
    const mapping =
      "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn";
    expect(run(mapping)).toEqual(textClaim('arn:aws:sts::111122223333:assumed-role/deploy'));
  });

  it.each([
    ["assertion.sub == 'repo:acme/app:ref:refs/heads/main'", yes],
    ["assertion.sub == 'repo:acme/other:ref:refs/heads/main'", no],
    ["assertion.sub.startsWith('repo:acme/')", yes],
    ["assertion.sub.startsWith('repo:other/')", no],
    ["assertion.sub.split(':')[1] == 'acme/app'", yes],
    ["assertion['kubernetes.io']['namespace'] == 'ns'", yes],
    ["assertion['kubernetes.io'].namespace in ['a', 'ns']", yes],
    ["assertion.repository_owner == 'acme'", unknown],
    ["assertion.repository_owner == 'acme' || true", yes],
    ["assertion.repository_owner == 'acme' && false", no],
    ["!(assertion.repository_owner == 'acme')", unknown],
    ['has(assertion.sub)', yes],
    ['has(assertion.other)', unknown],
    ["assertion.sub.matches('^repo:(a+)+$')", unknown],
    ["assertion.arn.startsWith('arn:aws:sts::111122223333:assumed-role/deploy/')", yes],
    ["assertion.arn.startsWith('arn:aws:sts::111122223333:assumed-role/deploy/i-')", unknown],
    ["assertion.arn.startsWith('arn:aws:sts::999999999999:')", no],
    ["assertion.arn.split('/')[1] == 'deploy'", yes],
    ["['x', 'y'].exists(one, one == 'y')", yes],
    ["['x', 'y'].all(one, one == 'y')", no],
    ['size(assertion.sub) == 33', yes],
  ])('gives `%s` its truth', (text, expected) => {
    expect(run(text)).toEqual(expected);
  });

  it('knows that a token with known claims has no others', () => {
    expect(run('assertion.sub', closed)).toEqual(error);
    expect(run('has(assertion.sub)', closed)).toEqual(no);
    expect(run("assertion.account == '111122223333' || assertion.sub == 'x'", closed)).toEqual(yes);
    expect(run("assertion.sub == 'x' && true", closed)).toEqual(error);
  });

  it('cannot read what is no expression, or is too large', () => {
    expect(claimExpression('assertion.')).toBeUndefined();
    expect(claimExpression(`'${'a'.repeat(5000)}'`)).toBeUndefined();
    expect(claimExpression(`${'('.repeat(300)}true${')'.repeat(300)}`)).toBeUndefined();
  });

  it('gives up on an expression that takes too many steps, in time', () => {
    const list = `[${Array.from({ length: 120 }, (_, index) => index).join(',')}]`;
    const nested = `${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`;
    const started = performance.now();
    expect(run(nested)).toEqual(unknown);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('does not let a text grow without end', () => {
    const grown = Array.from({ length: 7 }).reduce<string>((text) => `${text}.replace('a', 'aaaaaaaa')`, "'a'");
    expect(run(grown)).toEqual(unknown);
  });
});

describe('claimIs', () => {
  it.each([
    ['arn:aws:sts::111122223333:assumed-role/deploy/i-123', 'conditional'],
    ['arn:aws:sts::111122223333:assumed-role/deploy/a/b', 'no'],
    ['arn:aws:sts::111122223333:assumed-role/other/i-123', 'no'],
  ])('takes the name of a session for whatever has no slash: %s', (text, expected) => {
    expect(claimIs(session, text)).toBe(expected);
  });
});
