import { describe, expect, test } from 'vitest';
import { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import type { CompiledCondition, ResourcePattern } from '../authz/semantics.ts';
import { CONDITIONAL, TRUE } from '../authz/truth.ts';
import { allowsCover, guardCovers, isOpen } from './policy-cover.ts';

const catalogue = new ActionCatalogue(['iam:get', 'iam:put', 's3:get', 's3:put']);

function pattern(text: string): ResourcePattern {
  return { prefix: '', all: text === '*', principalKeys: [], matches: () => TRUE, glob: () => text };
}
const EVERY = pattern('*');
const HERE = pattern('here');
const THERE = pattern('there');
const condition = (): CompiledCondition => ({
  evaluate: () => CONDITIONAL,
  principalKeys: [],
  readsResource: false,
  chosen: [],
  requestKeys: [],
});
const ASKS = condition();

interface Parts {
  readonly on?: readonly ResourcePattern[];
  readonly but?: readonly ResourcePattern[];
  readonly not?: readonly string[];
  readonly condition?: CompiledCondition;
  readonly undecidable?: string;
}

function statement(allow: boolean, include: readonly string[], parts: Parts): CompiledStatement {
  return {
    allow,
    actions: catalogue.select({ include, exclude: parts.not ?? [] }),
    include: parts.on ?? [EVERY],
    exclude: parts.but ?? [],
    principals: undefined,
    condition: parts.condition,
    chosen: [],
    choiceByResource: false,
    undecidable: parts.undecidable,
  } as unknown as CompiledStatement;
}
const allow = (include: readonly string[], parts: Parts = {}): CompiledStatement => statement(true, include, parts);
const deny = (include: readonly string[], parts: Parts = {}): CompiledStatement => statement(false, include, parts);

function text(statements: readonly CompiledStatement[], unreadable?: string): CompiledDocument {
  return {
    id: 'text',
    statements,
    unreadable,
    mayDeny: unreadable !== undefined,
    principalKeys: [],
    hasChosen: false,
    hasChosenTags: false,
  };
}

describe('design, section 4: a guard that lets everything pass', () => {
  test('is one that allows everything and denies nothing', () => {
    expect(isOpen(text([allow(['*'])]))).toBe(true);
    expect(isOpen(text([allow(['s3:get']), allow(['*'])]))).toBe(true);
  });

  test('is none with a deny, a condition, an exception, fewer actions or resources, or that cannot be read', () => {
    for (const one of [
      text([allow(['*']), deny(['s3:get'])]),
      text([allow(['*'], { condition: ASKS })]),
      text([allow(['*'], { but: [HERE] })]),
      text([allow(['*'], { not: ['s3:get'] })]),
      text([allow(['*'], { on: [HERE] })]),
      text([allow(['*'], { undecidable: 'odd' })]),
      text([allow(['iam:*', 's3:*'])]),
      text([allow(['*'])], 'no JSON'),
      text([]),
    ])
      expect(isOpen(one)).toBe(false);
  });
});

describe('design, section 4: one guard lets pass whatever another does', () => {
  const yes: readonly (readonly [string, CompiledDocument, CompiledDocument])[] = [
    ['the same statements', text([allow(['s3:get'], { on: [HERE] })]), text([allow(['s3:get'], { on: [HERE] })])],
    ['more actions', text([allow(['s3:*'])]), text([allow(['s3:get', 's3:p*'])])],
    ['actions in other letters', text([allow(['S3:*'])]), text([allow(['s3:GET'])])],
    ['all but actions of another service', text([allow(['*'], { not: ['iam:*'] })]), text([allow(['s3:*'])])],
    ['fewer exceptions', text([allow(['*'], { not: ['iam:*'] })]), text([allow(['*'], { not: ['iam:*', 's3:put'] })])],
    ['all resources', text([allow(['s3:*'])]), text([allow(['s3:*'], { on: [HERE] })])],
    ['more resources', text([allow(['s3:*'], { on: [HERE, THERE] })]), text([allow(['s3:*'], { on: [THERE] })])],
    ['no condition', text([allow(['s3:*'])]), text([allow(['s3:*'], { condition: ASKS })])],
    [
      'the same condition',
      text([allow(['s3:*'], { condition: ASKS })]),
      text([allow(['s3:get'], { condition: ASKS })]),
    ],
    ['a deny less', text([allow(['s3:*'])]), text([allow(['s3:*']), deny(['s3:get'])])],
    [
      'a deny of less',
      text([allow(['s3:*']), deny(['s3:get'], { on: [HERE] })]),
      text([allow(['s3:*']), deny(['s3:*'])]),
    ],
    ['everything, where the other cannot be read', text([allow(['*'])]), text([], 'no JSON')],
  ];
  test.each(yes)('%s', (_, wide, narrow) => {
    expect(guardCovers(wide, narrow)).toBe(true);
  });

  const no: readonly (readonly [string, CompiledDocument, CompiledDocument])[] = [
    ['fewer actions', text([allow(['s3:get'])]), text([allow(['s3:*'])])],
    ['actions that no catalogue knows', text([allow(['s3:get', 's3:put'])]), text([allow(['s3:*'])])],
    ['an exception', text([allow(['*'], { not: ['s3:put'] })]), text([allow(['s3:*'])])],
    ['other resources', text([allow(['s3:*'], { on: [HERE] })]), text([allow(['s3:*'], { on: [THERE] })])],
    [
      'resources it spares',
      text([allow(['s3:*'], { but: [HERE] })]),
      text([allow(['s3:*'], { on: [HERE], but: [THERE] })]),
    ],
    ['a condition', text([allow(['s3:*'], { condition: ASKS })]), text([allow(['s3:*'])])],
    [
      'another condition',
      text([allow(['s3:*'], { condition: ASKS })]),
      text([allow(['s3:*'], { condition: condition() })]),
    ],
    ['a deny', text([allow(['s3:*']), deny(['s3:get'])]), text([allow(['s3:*'])])],
    ['a deny of more', text([allow(['s3:*']), deny(['s3:*'])]), text([allow(['s3:*']), deny(['s3:get'])])],
    [
      'a deny that the other makes only under a condition',
      text([allow(['s3:*']), deny(['s3:*'])]),
      text([allow(['s3:*']), deny(['s3:*'], { condition: ASKS })]),
    ],
    ['a text that cannot be read', text([allow(['s3:*'])], 'no JSON'), text([allow(['s3:get'])])],
    ['less than everything, where the other cannot be read', text([allow(['s3:*'])]), text([], 'no JSON')],
  ];
  test.each(no)('not: %s', (_, wide, narrow) => {
    expect(guardCovers(wide, narrow)).toBe(false);
  });
});

test('design, section 4: what is granted counts from several texts, whatever they deny', () => {
  const reads = text([allow(['s3:get']), deny(['iam:*'])]);
  const writes = text([allow(['s3:put'])]);
  expect(allowsCover([reads, writes], text([allow(['s3:get']), allow(['s3:put'])]))).toBe(true);
  expect(allowsCover([reads, writes], text([allow(['s3:get']), allow(['iam:get'])]))).toBe(false);
  expect(allowsCover([], text([deny(['s3:get'])]))).toBe(true);
  expect(allowsCover([reads], text([], 'no JSON'))).toBe(false);
});
