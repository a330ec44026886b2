import { describe, expect, it } from 'vitest';
import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy } from '../authz/principal-class.ts';
import { addition, type Change, EVERY_PLACE, GRANT, leaving, RETAG, removal, signIn, UNGUARD } from './change.ts';
import { ChangeEffects } from './change-effects.ts';

/** A text that allows one action, or denies it. */
function text(id: string, allow = true): CompiledDocument {
  return { id, statements: [{ allow }], mayDeny: !allow } as unknown as CompiledDocument;
}

const ALLOWS = text('allows');
const DENIES = text('denies', false);
const PASSED_ON = text('passed on');
const EVERYTHING = text('everything');
const FULL = text('full');
const LIMIT = text('limit', false);

function held(document: CompiledDocument, node: string, through?: string): HeldPolicy {
  const policy = { id: `policy ${document.id}` };
  const attachment = { policy: policy.id, node, role: 'identity-grant' };
  return { policy, document, attachment, ...(through === undefined ? {} : { through }) } as unknown as HeldPolicy;
}

const effects = new ChangeEffects({
  holdings: {
    grants: [held(ALLOWS, 'ann'), held(DENIES, 'ann'), held(PASSED_ON, 'devs', 'devs')],
    guards: [],
    scopeGuards: [[held(FULL, 'root'), held(LIMIT, 'root')]],
    unionGuards: [],
  },
  guards: [text('boundary')],
  capped: true,
  everything: EVERYTHING,
  groupsWithout: (left) => new Set(['devs'].filter((group) => !left.includes(group))),
});

const lift = (kind: 'lift' | 'open', document: CompiledDocument): Change => ({
  key: `${kind} ${document.id}`,
  told: { change: kind, policies: [`policy ${document.id}`] },
  lifts: { kind, policy: `policy ${document.id}` },
});
const leave: Change = { key: 'leave', told: { change: 'leave-scopes' }, lifts: { kind: 'leave' } };
const drop = (document: CompiledDocument, node: string): Change => removal([{ policy: `policy ${document.id}`, node }]);

const texts = (...changes: readonly Change[]): string => effects.of(changes).texts;

describe('what changes come to', () => {
  it.each<readonly [string, readonly Change[], readonly Change[]]>([
    ['texts it holds already', [addition(['a'], [ALLOWS])], []],
    ['a policy taken off where it is not attached', [drop(DENIES, 'bob')], []],
    ['a policy taken off and rewritten', [drop(DENIES, 'ann'), drop(DENIES, EVERY_PLACE)], [drop(DENIES, 'ann')]],
    ['permissions beside a grant of everything', [GRANT, addition(['a'], [text('more')])], [GRANT]],
    ['a policy that only allows gone beside a grant of everything', [GRANT, drop(ALLOWS, 'ann')], [GRANT]],
    ['guards lifted that are left behind', [leave, lift('open', FULL)], [leave]],
    ['a guard lifted and opened', [lift('open', LIMIT), lift('lift', LIMIT)], [lift('open', LIMIT)]],
    ['tags, of which texts know nothing', [RETAG], []],
  ])('is the same: %s', (_, changes, others) => {
    expect(texts(...changes)).toBe(texts(...others));
  });

  it.each<readonly [string, readonly Change[], readonly Change[]]>([
    ['texts it does not hold', [addition(['a'], [text('more')])], []],
    ['a policy taken off where it is attached', [drop(DENIES, 'ann')], []],
    ['a deny gone beside a grant of everything', [GRANT, drop(DENIES, 'ann')], [GRANT]],
    ['a deny added beside a grant of everything', [GRANT, addition(['a'], [text('another', false)])], [GRANT]],
    ['a group left', [leaving('devs', [])], []],
    ['no guard any more', [UNGUARD], []],
    ['a guard of a scope lifted', [lift('lift', LIMIT)], []],
    ['all guards of scopes left behind', [leave], [lift('lift', LIMIT)]],
  ])('is not the same: %s', (_, changes, others) => {
    expect(texts(...changes)).not.toBe(texts(...others));
  });

  it('tells facts apart from texts', () => {
    expect(effects.of([RETAG]).facts).not.toBe(effects.of([]).facts);
    expect(effects.of([signIn('mfa')]).facts).not.toBe(effects.of([signIn('console')]).facts);
    expect(effects.of([GRANT]).facts).toBe(effects.of([]).facts);
  });
});
