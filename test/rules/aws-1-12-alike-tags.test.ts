import { describe, expect, test } from 'vitest';
import { allow, estate, iam, type Json, role, TRUSTS_ACCOUNT, user } from '../scenario-estate.ts';

const TARGET = iam('role/target');
/** Asks for both tags. */
const trusts: Json = {
  ...TRUSTS_ACCOUNT,
  Condition: { StringEquals: { 'aws:PrincipalTag/first': 'x|y', 'aws:PrincipalTag/second': 'z' } },
};

/** Users that hold the same text and differ in their tags. */
function tagged(name: string, first: string, second: string): Json {
  const Tags = [
    { Key: 'first', Value: first },
    { Key: 'second', Value: second },
  ];
  return { ...user(name, [allow('sts:AssumeRole', TARGET)]), Tags };
}

describe('aws.md 1.12: principals whose tags read alike when they are put one after the other', () => {
  test('are told apart, whoever is asked about first', () => {
    const right = tagged('mia', 'x|y', 'z');
    const wrong = tagged('ann', 'x', 'y|z');
    for (const users of [
      [right, wrong],
      [wrong, right],
    ]) {
      const { radius } = estate({ users, roles: [role('target', [trusts])] });
      const reached = (name: string) => radius(iam(`user/${name}`)).reaches.map(({ id }) => id);
      expect(reached('mia')).toContain(TARGET);
      expect(reached('ann')).not.toContain(TARGET);
    }
  });
});
