import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { DATA_EVENTS } from './data-events.ts';
import { EVENT_ACTION_RULES } from './event-action-rules.ts';
import { actionsOfEvent, possibleActionsOfEvent } from './event-actions.ts';
import { DEPENDENT_ACTIONS, ROLE_PASSING_EVENTS, UNPERFORMED_ACTIONS } from './event-data.ts';
import { EVENT_SOURCE_PREFIXES, SOURCE_OF_PREFIX } from './event-source-prefixes.ts';
import { TAGGING_ACTIONS, TAGGING_BY_EVENT, TAGS_CHECKED_ON_CREATION } from './tagging-actions.ts';
import type { TrailMark } from './trail-usage.ts';
import { UNLOGGED_ACTIONS } from './unlogged-actions.ts';

const catalogue = awsCatalogue();
const MARKS: readonly TrailMark[] = [
  'acl',
  'copy',
  'forwarded',
  'instance-profile',
  'retention',
  'source-identity',
  'tags',
  'version',
];
const words = (text: string) => text.split(' ').filter((word) => word !== '');
const canonical = (action: string) => catalogue.action(action)?.name === action;
/** Prefixes that name no service of the catalogue, because their events need no permission. */
const WITHOUT_ACTIONS = new Set(['signin', 'sso-oauth']);

describe('every row of the tables', () => {
  it('names each event once, and actions of the catalogue in its spelling', () => {
    const seen = new Set<string>();
    for (const { prefix, rows } of EVENT_ACTION_RULES) {
      expect(catalogue.service(prefix) !== undefined || WITHOUT_ACTIONS.has(prefix), prefix).toBe(true);
      for (const row of rows) {
        const colon = row.indexOf(':');
        for (const event of words(row.slice(0, colon))) {
          expect(event, event).toMatch(/^[A-Za-z]\w*\*?$/);
          const key = `${prefix}:${event.toLowerCase()}`;
          expect(seen.has(key), key).toBe(false);
          seen.add(key);
          for (const token of words(row.slice(colon + 1))) {
            const match = /^\^?((?:[a-z0-9-]+:)?[A-Za-z]+|\*)~?(?:[?!]([a-z-]+))?$/.exec(token);
            expect(match, token).not.toBeNull();
            const [, name, mark] = match!;
            const action = name === '*' ? `${prefix}:${event}` : name!.includes(':') ? name! : `${prefix}:${name}`;
            expect(canonical(action), action).toBe(true);
            expect(mark === undefined || mark === 'role' || MARKS.includes(mark as TrailMark), token).toBe(true);
          }
        }
      }
    }
  });

  it('is reached by an event of the source the service logs under', () => {
    for (const { prefix, rows } of EVENT_ACTION_RULES) {
      for (const row of rows) {
        const colon = row.indexOf(':');
        for (const event of words(row.slice(0, colon))) {
          const eventName = event.replace('*', 'Thing');
          const sources = [SOURCE_OF_PREFIX.get(prefix) ?? prefix];
          for (const eventSource of sources) {
            const { known } = actionsOfEvent({ eventSource, eventName, marks: [], roles: [] });
            expect(known, `${eventSource}:${eventName}`).toBe(true);
            const reached = possibleActionsOfEvent(eventSource, eventName);
            expect(reached.length === 0, `${eventSource}:${eventName}`).toBe(words(row.slice(colon + 1)).length === 0);
          }
        }
      }
    }
  });

  it('of the generated tables names what the catalogue has', () => {
    for (const line of DEPENDENT_ACTIONS.split('\n')) {
      const [prefix, names, needed] = line.split('|');
      for (const name of words(names!)) expect(canonical(`${prefix}:${name}`), `${prefix}:${name}`).toBe(true);
      for (const action of words(needed!)) {
        expect(canonical(action.includes(':') ? action : `${prefix}:${action}`), action).toBe(true);
      }
    }
    for (const line of ROLE_PASSING_EVENTS.split('\n'))
      expect(catalogue.service(line.split('|')[0]!), line).toBeDefined();
    for (const line of UNPERFORMED_ACTIONS.split('\n')) {
      const [prefix, names] = line.split('|');
      for (const name of words(names!))
        expect(name === '*' || canonical(`${prefix}:${name}`), `${prefix}:${name}`).toBe(true);
    }
  });

  it('of sources, tags and visibility names what the catalogue has, once', () => {
    for (const prefixes of EVENT_SOURCE_PREFIXES.values()) {
      for (const prefix of words(prefixes)) expect(catalogue.service(prefix), prefix).toBeDefined();
    }
    for (const prefix of [...SOURCE_OF_PREFIX.keys(), ...TAGS_CHECKED_ON_CREATION]) {
      expect(catalogue.service(prefix), prefix).toBeDefined();
    }
    for (const [prefix, names] of TAGGING_ACTIONS) {
      expect(
        words(names).every((name) => catalogue.action(`${prefix}:${name}`)?.accessLevel === 'tagging'),
        prefix,
      ).toBe(true);
    }
    for (const [event, name] of TAGGING_BY_EVENT) {
      expect(canonical(event), event).toBe(true);
      expect(canonical(`${event.split(':')[0]}:${name}`), name).toBe(true);
    }
    const seen = new Set<string>();
    const rows = [
      ...DATA_EVENTS.map((row) => row.slice(row.indexOf(': ') + 2)),
      ...UNLOGGED_ACTIONS.flatMap(({ actions }) => actions),
    ];
    for (const row of rows) {
      const colon = row.indexOf(':');
      for (const name of words(row.slice(colon + 1))) {
        const action = `${row.slice(0, colon)}:${name}`;
        expect(name === '*' ? catalogue.service(row.slice(0, colon)) !== undefined : canonical(action), action).toBe(
          true,
        );
        expect(seen.has(action), action).toBe(false);
        seen.add(action);
      }
    }
  });
});

describe('any event', () => {
  const name = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'a'.repeat(10_240),
      '(a+)+$',
      '*',
      '.*',
      'Create*',
      '20150331',
    ),
    fc.constantFrom(...catalogue.actions.map((action) => action.name.split(':')[1]!)),
  );
  const source = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.constantFrom('__proto__', 's3', 'ec2', 'iam', 'lambda', 'x'.repeat(10_240)),
    fc.constantFrom(...catalogue.services.map((service) => service.prefix)),
  );

  test.prop([source, name, fc.subarray([...MARKS]), fc.boolean()])(
    'needs actions of the catalogue, each once, all of them possible',
    (eventSource, eventName, marks, withRole) => {
      const roles = withRole ? ['arn:aws:iam::111122223333:role/worker'] : [];
      const { known, actions } = actionsOfEvent({ eventSource, eventName, marks, roles });
      if (!known) expect(actions).toEqual([]);
      const names = actions.map(({ action }) => action);
      expect(new Set(names).size).toBe(names.length);
      expect(names.every(canonical)).toBe(true);
      const possible = possibleActionsOfEvent(eventSource, eventName).map(({ action }) => action);
      expect(names.every((action) => possible.includes(action))).toBe(true);
      expect(actionsOfEvent({ eventSource, eventName, marks, roles })).toEqual({ known, actions });
    },
  );
});
