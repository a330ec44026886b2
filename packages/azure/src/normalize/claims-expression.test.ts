import { describe, expect, it } from 'vitest';
import { expressionIsOpen } from './claims-expression.ts';

const GITHUB = 'token.actions.githubusercontent.com';

describe('expressionIsOpen', () => {
  it.each([
    ["claims['sub'] matches 'repo:*'", true],
    ["claims['sub'] matches 'repo:acme*'", true],
    ["claims['sub'] matches '*'", true],
    ["claims['sub'] matches 'repo:acme/*'", false],
    ["claims['sub'] eq 'repo:*'", false],
    ["claims['sub'] matches 'repo:*' and claims['sub'] matches 'repo:acme/*'", false],
    ["claims['sub'] matches 'repo:*' and claims['job_workflow_ref'] matches 'acme/*'", 'conditional'],
    [" claims['job_workflow_ref']  matches 'acme/*' ", 'conditional'],
    ["claims['sub'] matches 'repo:*' or claims['x'] eq 'y'", 'conditional'],
    ["claims['sub'] matches 'repo:acme and claims/*'", false],
    ['', 'conditional'],
    [`claims['sub'] eq '${'x'.repeat(5000)}'`, 'conditional'],
  ])('%s is %s', (expression, open) => {
    expect(expressionIsOpen(GITHUB, expression)).toBe(open);
  });

  it('is not where the issuer serves one tenant only', () => {
    expect(expressionIsOpen('gitlab.example', "claims['sub'] matches '*'")).toBe(false);
  });

  it('costs little whatever the text', () => {
    const started = performance.now();
    for (const text of [
      `claims['sub'] matches '${"and claims['a'] ".repeat(200)}`,
      ' '.repeat(4000),
      "claims['".repeat(500),
    ])
      expressionIsOpen(GITHUB, text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
