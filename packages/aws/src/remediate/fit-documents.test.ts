import { describe, expect, test } from 'vitest';
import { fitDocuments, type WrittenStatement } from './fit-documents.ts';

const allow = (actions: readonly string[], resources: readonly string[] = ['*']): WrittenStatement => ({
  version: '2012-10-17',
  statement: { Effect: 'Allow', Action: actions, Resource: resources },
});
const numbered = (count: number, text: string): string[] =>
  Array.from({ length: count }, (_, index) => `${text}${String(index).padStart(4, '0')}`);
const actionsIn = (documents: ReturnType<typeof fitDocuments>['documents']): string[] =>
  documents.flatMap(({ document }) =>
    (document['Statement'] as { Action: string | string[] }[]).flatMap(({ Action }) => Action),
  );

describe('statements in policy documents', () => {
  test('what fits stays inline, in one document', () => {
    const { documents, places, tooLarge } = fitDocuments([allow(['s3:Get*']), allow(['sqs:*'])], 'role', 'app');
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ name: 'app', kind: 'inline', limit: 10_240 });
    expect(documents[0]!.size).toBe(JSON.stringify(documents[0]!.document).length);
    expect(places).toEqual([[{ document: 0, statement: 0 }], [{ document: 0, statement: 1 }]]);
    expect(tooLarge).toBeUndefined();
  });

  test('a user has less room for inline policies than a role', () => {
    const statement = allow(numbered(120, 'service:Action'));
    expect(fitDocuments([statement], 'role', 'app').documents.map(({ kind }) => kind)).toEqual(['inline']);
    expect(fitDocuments([statement], 'user', 'app').documents.map(({ kind }) => kind)).toEqual(['managed']);
  });

  test('the limit is the last size that fits', () => {
    const padded = (more: number): WrittenStatement => allow(['s3:*'], ['x'.repeat(1_900 + more)]);
    const short = fitDocuments([padded(0)], 'user', 'app').documents[0]!;
    expect(short.kind).toBe('inline');
    const room = short.limit - short.size;
    expect(fitDocuments([padded(room)], 'user', 'app').documents[0]).toMatchObject({ kind: 'inline', size: 2_048 });
    expect(fitDocuments([padded(room + 1)], 'user', 'app').documents[0]).toMatchObject({
      kind: 'managed',
      size: 2_049,
    });
  });

  test('a list of actions that is too long goes into several policies, every action once', () => {
    const actions = numbered(1_000, 'service:Action');
    const { documents, places, tooLarge } = fitDocuments([allow(actions), allow(['a:b'])], 'role', 'app');
    expect(documents.map(({ name }) => name)).toEqual(['app', 'app-2', 'app-3', 'app-4']);
    for (const { size, document } of documents) {
      expect(size).toBeLessThanOrEqual(6_144);
      expect(JSON.stringify(document)).toHaveLength(size);
    }
    expect(actionsIn(documents).sort()).toEqual(['a:b', ...actions].sort());
    expect(places[0]).toHaveLength(4);
    expect(places[1]).toHaveLength(1);
    expect(tooLarge).toBeUndefined();
  });

  test('resources too long for one action are taken apart as well: every action on every resource', () => {
    const actions = numbered(300, 'service:Action');
    const resources = numbered(1_000, 'arn:aws:s3:::bucket');
    const { documents, tooLarge } = fitDocuments([allow(actions, resources)], 'role', 'app');
    const pairs = new Set<string>();
    for (const { document, size } of documents) {
      expect(size).toBeLessThanOrEqual(6_144);
      for (const { Action, Resource } of document['Statement'] as { Action: string[]; Resource: string[] }[]) {
        for (const action of [Action].flat()) for (const one of [Resource].flat()) pairs.add(`${action} ${one}`);
      }
    }
    expect(pairs.size).toBe(300_000);
    expect(tooLarge).toMatch(/^\d+ managed policies are needed, and 10 can be attached/);
  });

  test('what cannot be taken apart is said to be too large', () => {
    const statement = { Effect: 'Deny', NotAction: numbered(1_000, 'service:Action'), Resource: '*' };
    const { documents, tooLarge } = fitDocuments([{ version: '2012-10-17', statement }], 'role', 'app');
    expect(documents).toHaveLength(1);
    expect(tooLarge).toContain('cannot be taken apart');
  });

  test('statements of different versions of the language share no document', () => {
    const old: WrittenStatement = { ...allow(['s3:*']), version: '2008-10-17' };
    const { documents, places } = fitDocuments([allow(['s3:*']), old, allow(['sqs:*'])], 'role', 'app');
    expect(documents.map(({ document }) => document['Version'])).toEqual(['2012-10-17', '2008-10-17']);
    expect(places.flat().map(({ document }) => document)).toEqual([0, 1, 0]);
  });

  test('nothing is no document', () => {
    expect(fitDocuments([], 'user', 'app')).toEqual({ documents: [], places: [] });
  });
});
