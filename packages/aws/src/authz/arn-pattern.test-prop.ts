import { fc, test } from '@fast-check/vitest';
import { TRUE } from '@keyreach/core/authz';
import { describe, expect } from 'vitest';
import { awsResourceLanguage } from './arn-pattern.ts';
import { compileGlob } from './glob.ts';
import { globTokens } from './glob-tokens.ts';
import { user } from './testing/facts.ts';

const word = fc.array(fc.constantFrom('a', 'b', '/', '*', '?'), { maxLength: 4 }).map((one) => one.join(''));
const plain = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 4 }).map((one) => one.join(''));
const segments = (of: fc.Arbitrary<string>) => fc.tuple(of, of, of, of, of).map((all) => `arn:${all.join(':')}`);
const resource = fc
  .tuple(segments(plain), fc.array(plain, { maxLength: 2 }))
  .map(([head, rest]) => [head, ...rest].join(':'));

describe('resource patterns', () => {
  test.prop([segments(word), resource], { numRuns: 2_000 })('match segment by segment', (pattern, id) => {
    const own = pattern.split(':');
    const [, partition, service, region, owner, ...rest] = id.split(':');
    const parts = ['arn', partition!, service!, region!, owner!, rest.join(':')];
    const expected = own.every((one, index) => compileGlob(globTokens(one)).matches(parts[index]!));
    expect(awsResourceLanguage.compile(pattern).matches(id, undefined) === TRUE).toBe(expected);
  });

  test.prop([fc.oneof(segments(word), word), resource], { numRuns: 2_000 })(
    'keep what they say of themselves',
    (pattern, id) => {
      const compiled = awsResourceLanguage.compile(pattern);
      const truth = compiled.matches(id, undefined);
      if (truth !== 0) {
        expect(id.startsWith(compiled.prefix)).toBe(true);
        expect(compileGlob(globTokens(compiled.glob(undefined)!)).matches(id)).toBe(true);
        if (compiled.exact !== undefined) expect(id).toBe(compiled.exact);
      }
      if (compiled.all) expect(truth).toBe(TRUE);
      if (compiled.exact !== undefined) expect(compiled.matches(compiled.exact, undefined)).toBe(TRUE);
    },
  );

  test.prop([fc.string(), fc.string()])('never throw', (pattern, id) => {
    const compiled = awsResourceLanguage.compile(pattern);
    compiled.matches(id, user('x'));
    compiled.matches(id, undefined);
    compiled.glob(user('x'));
  });

  test.prop([plain, plain])('a substituted value is matched as it is', (name, other) => {
    const compiled = awsResourceLanguage.compile('arn:aws:s3:::b/${aws:username}');
    expect(compiled.matches(`arn:aws:s3:::b/${other}`, user(name)) === TRUE).toBe(name === other);
  });
});
