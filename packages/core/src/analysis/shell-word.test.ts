import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from './shell-word.ts';

it('leaves plain words as they are', () => {
  for (const word of ['/subscriptions/a-b', '--role=x', 'a@b.c:d']) expect(shellWord(word)).toBe(word);
});

it('gives a shell one word, whatever stands in it', () => {
  const words = ['', ' ', "it's", '$(id)', '`id`', '"; id; "', '*', 'a\nb', '\\', '!!', '~', '#x', "''"];
  const said = execFileSync('sh', ['-c', `printf '<%s>' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
  expect(said).toBe(words.map((word) => `<${word}>`).join(''));
});
