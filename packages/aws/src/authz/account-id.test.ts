import { describe, expect, test } from 'vitest';
import { awsAccountFromKeyId } from './account-id.ts';

describe('findings.md 5.6, aws.md 5.1: the account inside a key id', () => {
  test.each([
    [`ASIA${'QNZGKIQY56JQ7WML'}`, '029608264753'],
    [`AKIA${'RZPUZDIKFIAQEAYE'}`, '123456789012'],
    [`ASIA${'Y34FZKBOKMUTVV7A'}`, '609629065308'],
  ])('%s', (keyId, account) => {
    expect(awsAccountFromKeyId(keyId)).toBe(account);
  });

  test.each([
    // Old style, from before ids held the account.
    `AKIA${'IOSFODNN7EXAMPLE'}`,
    `AKIA${'JOSFODNN7EXAMPLE'}`,
    // Not base32, too short, too long, lower case.
    `AKIA${'QNZGKIQY56JQ7WM1'}`,
    `AKIA${'QNZGKIQY56JQ7WM'}`,
    `AKIA${'QNZGKIQY56JQ7WMLL'}`,
    `akia${'QNZGKIQY56JQ7WML'}`,
    `AKIA${'qnzgkiqy56jq7wml'}`,
    '',
    // Decodes to more than twelve digits.
    `AKIA${'7777777777777777'}`,
  ])('not %s', (keyId) => {
    expect(awsAccountFromKeyId(keyId)).toBeNull();
  });
});
