import { expect, it } from 'vitest';
import { nameWords } from './name-words.ts';

it.each<[string, readonly string[]]>([
  ['my-prod_db.eu/west:1', ['my', 'prod', 'db', 'eu', 'west', '1']],
  ['myProdDb', ['my', 'prod', 'db']],
  ['PRODAccount', ['prod', 'account']],
  ['PROD', ['prod']],
  ['product', ['product']],
  ['prod2', ['prod2']],
  ['v2Prod', ['v2', 'prod']],
  ['Pre Prod', ['pre', 'prod']],
  ['--', []],
  ['', []],
])('%s', (text, words) => {
  expect(nameWords(text)).toEqual(words);
});
