import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ANY, ONE } from './glob-token.ts';
import { policyVariables } from './policy-variables.ts';

describe('aws.md 1.11: policy variables', () => {
  test.each([
    ['', []],
    ['plain', ['plain']],
    ['a*b?', ['a', ANY, 'b', ONE]],
    ['${aws:username}', [{ key: 'aws:username', fallback: undefined }]],
    ['home/${aws:username}/*', ['home/', { key: 'aws:username', fallback: undefined }, '/', ANY]],
    ["${aws:PrincipalTag/team, 'all'}", [{ key: 'aws:PrincipalTag/team', fallback: 'all' }]],
    ["${aws:username,'x'}", [{ key: 'aws:username', fallback: 'x' }]],
    ["${aws:username,  'x'  }", [{ key: 'aws:username', fallback: 'x' }]],
    ["${aws:username, ''}", [{ key: 'aws:username', fallback: '' }]],
    ["${aws:username, 'a}b, *c'}d", [{ key: 'aws:username', fallback: 'a}b, *c' }, 'd']],
    ['${*}${?}${$}', ['*', '?', '$']],
    ['${$}{aws:username}', ['$', '{aws:username}']],
    ['a$b}c{d', ['a$b}c{d']],
    ['$', ['$']],
    [
      '${aws:PrincipalTag/a}-${aws:PrincipalTag/b}',
      [{ key: 'aws:PrincipalTag/a', fallback: undefined }, '-', { key: 'aws:PrincipalTag/b', fallback: undefined }],
    ],
  ])('%s', (text, parts) => {
    expect(policyVariables(text, true)).toEqual(parts);
  });

  test('wildcards are text where the operator has none, also beside `${*}`', () => {
    expect(policyVariables('a*${*}', false)).toEqual(['a*', '*']);
  });

  test.each([
    ['${', [{ malformed: '' }]],
    ['a${aws:username', ['a', { malformed: 'aws:username' }]],
    ['${}', [{ malformed: '' }]],
    ['${aws:user name}x', [{ malformed: 'aws:user name' }, 'x']],
    ['${ aws:username }', [{ malformed: ' aws:username ' }]],
    ['${aws:username, x}y', [{ malformed: 'aws:username, x' }, 'y']],
    ["${aws:username, 'x}", [{ malformed: "aws:username, 'x" }]],
    ["${aws:username, 'x' y}", [{ malformed: "aws:username, 'x' y" }]],
    ["${, 'x'}", [{ malformed: ", 'x'" }]],
    ['${a${b}}', [{ malformed: 'a${b' }, '}']],
  ])('malformed: %s', (text, parts) => {
    expect(policyVariables(text, true)).toEqual(parts);
  });

  test('long hostile text is read in one go', () => {
    const start = performance.now();
    for (const piece of ['${', '${a', '${a,', "${a,'", '${}', "${a, '}", '${a}', '${*}']) {
      policyVariables(piece.repeat(100_000), true);
    }
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  propertyTest.prop([
    fc.array(fc.constantFrom('$', '{', '}', "'", ',', ' ', 'a:b', '*', '?')).map((one) => one.join('')),
  ])('any text is read, and text without `${` is kept as it is', (text) => {
    const parts = policyVariables(text, false);
    if (!text.includes('${')) expect(parts.join('')).toBe(text);
  });
});
