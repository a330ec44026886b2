import { describe, expect, test } from 'vitest';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { CompiledCondition, ResourcePattern } from '../authz/semantics.ts';
import { TRUE } from '../authz/truth.ts';
import { ALWAYS, AskedNames, StatementKeys } from './statement-keys.ts';

function pattern(prefix: string, parts: Partial<ResourcePattern> = {}): ResourcePattern {
  return { prefix, all: prefix === '', principalKeys: [], matches: () => TRUE, glob: () => `${prefix}*`, ...parts };
}
const EVERY = pattern('');
const DATA = pattern('bucket/data');
const LOGS = pattern('bucket/logs');
const OTHER = pattern('table/');
const ASKS: CompiledCondition = {
  evaluate: () => TRUE,
  principalKeys: [],
  readsResource: false,
  chosen: [],
  requestKeys: ['time'],
};

function statement(include: readonly ResourcePattern[], parts: Partial<CompiledStatement> = {}): CompiledStatement {
  return {
    allow: true,
    include,
    exclude: [],
    principals: undefined,
    condition: undefined,
    chosen: [],
    choiceByResource: false,
    undecidable: undefined,
    ...parts,
  } as unknown as CompiledStatement;
}

describe('keys of statements', () => {
  const keys = new StatementKeys();
  const key = (one: CompiledStatement, names?: readonly string[]): number | undefined =>
    keys.of(one, names === undefined ? undefined : new AskedNames(names));

  test('are the same for statements that say the same, in whatever text and order', () => {
    expect(key(statement([DATA, LOGS]))).toBe(key(statement([LOGS, DATA, LOGS])));
    expect(key(statement([DATA], { condition: ASKS }))).toBe(key(statement([DATA], { condition: ASKS })));
  });

  test.each<readonly [string, CompiledStatement]>([
    ['names something else', statement([LOGS])],
    ['names more', statement([DATA, LOGS])],
    ['denies', statement([DATA], { allow: false })],
    ['asks for something', statement([DATA], { condition: ASKS })],
    ['leaves something out', statement([DATA], { exclude: [LOGS] })],
    ['cannot be decided', statement([DATA], { undecidable: 'a language of its own' })],
    ['names the node it is attached to', { ...statement([]), include: undefined }],
    ['speaks of everything', statement([EVERY])],
  ])('are others where one %s', (_, other) => {
    expect(key(other)).not.toBe(key(statement([DATA])));
  });

  test('tell what speaks of everything, whoever asks', () => {
    expect(key(statement([DATA, EVERY]))).toBe(ALWAYS);
    expect(key(statement([EVERY], { condition: ASKS }))).not.toBe(ALWAYS);
    expect(key(statement([EVERY], { exclude: [DATA] }))).not.toBe(ALWAYS);
  });

  test('leave out what says nothing of the names asked about', () => {
    const names = ['bucket/data-1', 'bucket/data-2'];
    expect(key(statement([OTHER]), names)).toBeUndefined();
    expect(key(statement([OTHER], { allow: false }), names)).toBeUndefined();
    expect(key(statement([DATA, OTHER]), names)).toBe(key(statement([DATA]), names));
    expect(key(statement([DATA], { exclude: [LOGS] }), names)).toBe(key(statement([DATA]), names));
    expect(key(statement([DATA], { exclude: [DATA] }), names)).not.toBe(key(statement([DATA]), names));
    // What stands in both is said of one of the names.
    expect(key(statement([DATA]), ['bucket/data-1', 'table/1'])).not.toBe(
      key(statement([DATA, OTHER]), ['bucket/data-1', 'table/1']),
    );
  });

  test('keep what may speak of text that the caller chooses', () => {
    expect(key(statement([DATA]), ['bucket/*'])).toBe(key(statement([DATA])));
    expect(key(statement([DATA]), ['*'])).toBe(key(statement([DATA])));
    expect(key(statement([pattern('bucket/data-1/inner')]), ['bucket/data-1/*'])).toBeDefined();
    expect(key(statement([pattern('bucket/data-2/inner')]), ['bucket/data-1/*'])).toBeUndefined();
    // Another beginning that is not sure counts too.
    expect(key(statement([pattern('x/', { otherPrefix: 'bucket/' })]), ['bucket/data-1'])).toBeDefined();
  });

  test('keep apart what fills in something of the principal, and what is chosen among all that is named', () => {
    const own = pattern('bucket/', { principalKeys: ['name'] });
    expect(key(statement([own]), ['bucket/1'])).not.toBe(key(statement([own]), ['bucket/1']));
    expect(key(statement([own]), ['table/1'])).toBeUndefined();
    const chosen = [{ key: 'tag', values: ['red'] }];
    expect(key(statement([OTHER], { chosen }), ['bucket/1'])).toBe(key(statement([OTHER], { chosen })));
  });

  test('ask better than by beginnings where something better is known', () => {
    const names = new AskedNames(['bucket/data-1'], (one) => (one === DATA ? false : undefined));
    expect(keys.of(statement([DATA]), names)).toBeUndefined();
    expect(keys.of(statement([pattern('bucket/')]), names)).toBeDefined();
  });
});
