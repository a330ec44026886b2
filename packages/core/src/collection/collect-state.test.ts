import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BundleWriter } from './bundle-writer.ts';
import { CollectState, type CollectStateOptions } from './collect-state.ts';
import { filesBelow, temporaryDirectory } from './testing/directory.ts';

const NOW = '2026-06-01T00:00:00.000Z';
const LATER = '2026-07-01T00:00:00.000Z';
const FILE = '.keyreach-collect.json';
const GAP = { scope: 'shop', what: 'keys', why: 'refused', kind: 'not-collected' } as const;

async function open(root: string, more: Partial<CollectStateOptions> = {}): Promise<CollectState> {
  const files = await BundleWriter.open(root);
  return CollectState.open(files, { now: NOW, refresh: false, provider: 'aws', caller: 'ann', ...more });
}

/** A directory with the state of a run that read two parts. */
async function begun(): Promise<string> {
  const root = temporaryDirectory();
  const state = await open(root);
  await state.set('shop', 'keys', { gaps: [GAP], again: true, wrote: true, regions: ['eu-west-1'], all: false });
  await state.set('shop', 'users', { gaps: [], again: false, wrote: true });
  return root;
}

describe('the state of a collection', () => {
  it('is that of the run before, with the time it began', async () => {
    const state = await open(await begun(), { now: LATER });
    expect([state.collectedAt, state.resumed, state.adopts('shop')]).toEqual([NOW, true, false]);
    expect(state.get('shop', 'keys')).toEqual({
      gaps: [GAP],
      again: true,
      wrote: true,
      regions: ['eu-west-1'],
      all: false,
    });
    expect(state.get('shop', 'users')?.again).toBe(false);
    expect(state.get('shop', 'roles')).toBeUndefined();
    expect([state.gapsBeside(new Set(['pay'])), state.gapsBeside(new Set(['shop']))]).toEqual([[GAP], []]);
  });

  it('keeps what many parts say at once', async () => {
    const root = temporaryDirectory();
    const state = await open(root);
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => state.set('shop', String(at), { gaps: [], again: false, wrote: true })),
    );
    expect(Object.keys(JSON.parse(filesBelow(root)[FILE] ?? '{}').parts)).toHaveLength(50);
  });

  it.each([
    'nonsense',
    '',
    '[]',
    '{"format":"keyreach-collect/1"}',
    '{"format":"keyreach-collect/1","provider":"aws","collectedAt":"once","parts":{}}',
  ])('that is damaged (%s) lets nothing pass for whole', async (text) => {
    const root = await begun();
    writeFileSync(join(root, FILE), text);
    const state = await open(root, { now: LATER });
    expect([state.collectedAt, state.resumed, state.adopts('shop')]).toEqual([LATER, true, false]);
    expect(state.get('shop', 'users')).toBeUndefined();
  });

  it('that cannot be read as a file lets nothing pass for whole', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, FILE));
    await expect(open(root)).rejects.toMatchObject({ code: 'cannot-write' });
  });

  it.each([
    { gaps: undefined },
    { gaps: [{ scope: 'shop' }] },
    { again: 'no' },
    { wrote: undefined },
    { regions: [1] },
  ])('of a part that is damaged is none: %o', async (broken) => {
    const root = await begun();
    const text = JSON.parse(filesBelow(root)[FILE] ?? '{}');
    Object.assign(text.parts['shop users'], broken);
    writeFileSync(join(root, FILE), JSON.stringify(text));
    const state = await open(root);
    expect(state.get('shop', 'users')).toBeUndefined();
    expect(state.get('shop', 'keys')?.gaps).toEqual([GAP]);
  });

  it('of another provider or caller is refused, also to begin anew; one who does not say who it is goes on', async () => {
    const root = await begun();
    const before = filesBelow(root);
    for (const other of [{ provider: 'gcp' }, { caller: 'bob' }, { caller: 'bob', refresh: true }]) {
      await expect(open(root, other)).rejects.toMatchObject({ code: 'other-collection' });
    }
    expect(filesBelow(root)).toEqual(before);
    const files = await BundleWriter.open(root);
    const state = await CollectState.open(files, { now: NOW, refresh: false, provider: 'aws' });
    expect(state.get('shop', 'users')).toBeDefined();
  });

  it('is refused where the manifest alone names another provider', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'keyreach-bundle.json'), JSON.stringify({ format: 'keyreach-bundle/1', provider: 'gcp' }));
    await expect(open(root)).rejects.toMatchObject({ code: 'other-collection' });
    expect((await open(root, { provider: 'gcp' })).resumed).toBe(false);
  });

  it('that begins anew has all of it to read again, and remembers what it wrote', async () => {
    const root = await begun();
    const state = await open(root, { refresh: true, now: LATER });
    expect([state.collectedAt, state.resumed]).toEqual([LATER, true]);
    expect(state.get('shop', 'users')).toEqual({ gaps: [], again: true, wrote: true });
    expect((await open(root)).collectedAt).toBe(LATER);
  });
});

describe('files without a state', () => {
  const manifest = (text: string) => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'keyreach-bundle.json'), text);
    return open(root, { now: LATER });
  };

  it('are taken as they are where nothing says that they lack something', async () => {
    const state = await open(temporaryDirectory());
    expect([state.resumed, state.adopts('shop')]).toEqual([false, true]);
    const told = await manifest(JSON.stringify({ collectedAt: NOW, gaps: [GAP] }));
    expect([told.adopts('shop'), told.adopts('pay'), told.collectedAt]).toEqual([false, true, NOW]);
  });

  it.each(['{', '[]', '{"gaps":[{}]}', '{"gaps":{}}'])('are not where the manifest is damaged: %s', async (text) => {
    const state = await manifest(text);
    expect([state.adopts('shop'), state.collectedAt]).toEqual([false, LATER]);
  });
});
