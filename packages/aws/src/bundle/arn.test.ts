import { describe, expect, it } from 'vitest';
import { accountIdInKeyId, accountScopeId, isAccountId, nameInArn, parseArn } from './arn.ts';

describe('parseArn', () => {
  it('splits at the first five colons', () => {
    expect(parseArn('arn:aws:logs:eu-west-1:111122223333:log-group:a:b:*')).toEqual({
      partition: 'aws',
      service: 'logs',
      region: 'eu-west-1',
      account: '111122223333',
      resource: 'log-group:a:b:*',
    });
    expect(parseArn('arn:aws-cn:s3:::bucket/key')).toMatchObject({
      partition: 'aws-cn',
      account: '',
      resource: 'bucket/key',
    });
  });

  it.each(['', 'arn', 'arn:aws:iam::111122223333', 'arn:aws:iam::111122223333:', 'arn::iam:::x', 'urn:a:b:c:d:e'])(
    'refuses `%s`',
    (text) => {
      expect(parseArn(text)).toBeUndefined();
    },
  );
});

describe('account ids', () => {
  it('are twelve digits', () => {
    expect(isAccountId('012345678901')).toBe(true);
    for (const text of ['12345678901', '1234567890123', 'aws', '']) expect(isAccountId(text)).toBe(false);
  });

  it('are written into access key ids (aws.md 5.1)', () => {
    expect(accountIdInKeyId('AKIAIOSFODNN7EXAMPLE')).toBe('581039954779');
    expect(accountIdInKeyId('ASIAY34FZKBOKMUTVV7A')).toBe('609629065308');
    // 0, 1, 8 and 9 are not base 32.
    expect(accountIdInKeyId('AKIAI44QH8DHBEXAMPLE')).toBeUndefined();
    expect(accountIdInKeyId('AIDAIOSFODNN7EXAMPLE')).toBeUndefined();
  });

  it('make the id of the account scope', () => {
    expect(accountScopeId('111122223333', 'aws-us-gov')).toBe('arn:aws-us-gov:account::111122223333:account');
  });
});

it('nameInArn is the last segment', () => {
  expect(nameInArn('arn:aws:iam::111122223333:role/a/b/deploy')).toBe('deploy');
  expect(nameInArn('arn:aws:lambda:eu-west-1:111122223333:function:pay')).toBe('pay');
  expect(nameInArn('arn:aws:s3:::bucket')).toBe('bucket');
  expect(nameInArn('plain')).toBe('plain');
});
