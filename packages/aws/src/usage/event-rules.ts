import { awsCatalogue, type CatalogueAction } from '../catalogue/action-catalogue.ts';
import { EVENT_ACTION_RULES } from './event-action-rules.ts';
import { DEPENDENT_ACTIONS, ROLE_PASSING_EVENTS } from './event-data.ts';
import { EVENT_SOURCE_PREFIXES } from './event-source-prefixes.ts';
import { namesRoleOnly } from './role-naming-events.ts';
import { TAGGING_ACTIONS, TAGGING_BY_EVENT, TAGS_CHECKED_ON_CREATION } from './tagging-actions.ts';
import type { TrailMark } from './trail-usage.ts';

/** What an action is checked on: the resource of the call, the roles the request names, or something the row does not tell. */
export type ActionTarget = 'resource' | 'role' | 'other';

/** What of a request decides: a mark of its row, or that it names a role or instance profile by ARN. */
export type RequestMark = TrailMark | 'role';

/** An action that calls of one event may need. */
export interface ActionRule {
  /** In the spelling of the catalogue. */
  readonly action: string;
  readonly of: ActionTarget;
  /** Whether the call needs it for sure, where `when` and `unless` let it; otherwise the record does not tell. */
  readonly certain: boolean;
  /** Only where the request holds this. */
  readonly when?: RequestMark;
  /** Only where the request does not hold this. */
  readonly unless?: RequestMark;
}

/** All actions that calls of one event may need; not known: neither the rules nor the catalogue have the event. */
export interface EventRules {
  readonly known: boolean;
  readonly rules: readonly ActionRule[];
}

/** No event source and no event of AWS is longer; longer names are not known. */
const NAME_LIMIT = 128;

/** How many events are remembered: more than AWS has of those that are called, and few enough for hostile records. */
const MEMO_LIMIT = 20_000;

const UNKNOWN: EventRules = { known: false, rules: [] };

/** The version of the API at the end of an event name: `20150331`, `2020_05_31`, `20150331v2`. */
const API_VERSION = /_?(?:19|20)\d{2}_?\d{2}_?\d{2}(?:v\d+)?$/;

const PASS_ROLE = 'iam:PassRole';

const memo = new Map<string, EventRules>();
let tables: Tables | undefined;

interface Tables {
  /** By `prefix:event` in lower case. */
  readonly exact: ReadonlyMap<string, readonly string[]>;
  /** By prefix; beginnings of event names in lower case, the longest first. */
  readonly beginnings: ReadonlyMap<string, readonly { readonly begins: string; readonly needed: readonly string[] }[]>;
  /** By `prefix:action` in lower case. */
  readonly dependent: ReadonlyMap<string, readonly string[]>;
  /** `prefix:event` in lower case. */
  readonly roles: ReadonlySet<string>;
}

/**
 * The rules of an event (aws.md 4.3): the rows of {@link EVENT_ACTION_RULES}; without one, the action of the same name; beside
 * it dependent actions, the role that the request hands over, and tags given on creation. Names match in any case, event names
 * without the version of the API.
 *
 * @example
 * rulesOfEvent('lambda', 'GetFunction20150331v2').rules[0]?.action; // 'lambda:GetFunction'
 */
export function rulesOfEvent(eventSource: string, eventName: string): EventRules {
  if (eventSource.length > NAME_LIMIT || eventName.length > NAME_LIMIT) return UNKNOWN;
  const key = `${eventSource}\n${eventName}`.toLowerCase();
  const known = memo.get(key);
  if (known !== undefined) return known;
  const source = eventSource.toLowerCase();
  const name = eventName.replace(API_VERSION, '').toLowerCase();
  let rules = UNKNOWN;
  for (const prefix of (EVENT_SOURCE_PREFIXES.get(source) ?? source).split(' ')) {
    rules = rulesOfService(prefix, name);
    if (rules.known) break;
  }
  if (memo.size < MEMO_LIMIT) memo.set(key, rules);
  return rules;
}

function rulesOfService(prefix: string, name: string): EventRules {
  tables ??= readTables();
  const key = `${prefix}:${name}`;
  const own = awsCatalogue().action(key);
  const row =
    tables.exact.get(key) ??
    (own === undefined
      ? tables.beginnings.get(prefix)?.find(({ begins }) => name.startsWith(begins))?.needed
      : undefined);
  if (row === undefined && own === undefined) return UNKNOWN;
  const direct = (row ?? ['*']).map((token) => actionRule(token, prefix, own));
  // An event without an action of its own that a row maps to nothing needs no permission at all.
  if (direct.length === 0) return { known: true, rules: [] };
  const rules = [...direct];
  const tagging = taggingAction(prefix, name, own);
  const taggingName = tagging?.slice(tagging.indexOf(':') + 1);
  const dependent = tables.dependent.get(key) ?? [];
  for (const token of dependent) {
    if (token !== taggingName) rules.push({ ...actionRule(token, prefix, own), of: 'other', certain: false });
  }
  const changes = own === undefined ? direct.some(changing) : changing({ action: own.name });
  if (tables.roles.has(key)) rules.push({ action: PASS_ROLE, of: 'role', certain: true, when: 'role' });
  else if (changes && !namesRoleOnly(prefix, name)) {
    rules.push({ action: PASS_ROLE, of: 'role', certain: false, when: 'role' });
  }
  if (
    tagging !== undefined &&
    changes &&
    own?.accessLevel !== 'tagging' &&
    !direct.some(({ when }) => when === 'tags')
  ) {
    const certain =
      TAGS_CHECKED_ON_CREATION.has(prefix) || (taggingName !== undefined && dependent.includes(taggingName));
    rules.push({ action: tagging, of: 'resource', certain, when: 'tags' });
  }
  return { known: true, rules };
}

function changing({ action }: Pick<ActionRule, 'action'>): boolean {
  const level = awsCatalogue().action(action)?.accessLevel;
  return level !== 'read' && level !== 'list';
}

/** The action that tags given with a call need beside it; undefined where the service has none that the catalogue knows. */
function taggingAction(prefix: string, name: string, own: CatalogueAction | undefined): string | undefined {
  const catalogue = awsCatalogue();
  const special = TAGGING_BY_EVENT.get(`${prefix}:${own === undefined ? name : own.name.slice(prefix.length + 1)}`);
  if (special !== undefined) return catalogue.action(`${prefix}:${special}`)?.name;
  for (const candidate of (TAGGING_ACTIONS.get(prefix) ?? 'TagResource AddTagsToResource AddTags CreateTags').split(
    ' ',
  )) {
    const known = catalogue.action(`${prefix}:${candidate}`);
    if (known !== undefined) return known.name;
  }
  return undefined;
}

/**
 * Reads one action of a row; the notation is described at `EventActionRules`.
 *
 * INVARIANT: rows name actions of the catalogue, and `*` stands only where there is an action of the event's name; a test reads
 * every row.
 */
function actionRule(token: string, prefix: string, own: CatalogueAction | undefined): ActionRule {
  const elsewhere = token.startsWith('^');
  const mark = token.search(/[?!]/);
  const text = token.slice(elsewhere ? 1 : 0, mark < 0 ? undefined : mark);
  const certain = !text.endsWith('~');
  const name = certain ? text : text.slice(0, -1);
  const full = name === '*' ? own!.name : name.includes(':') ? name : `${prefix}:${name}`;
  const action = awsCatalogue().action(full)!.name;
  const foreign = elsewhere || !action.startsWith(`${prefix}:`);
  const of: ActionTarget = action === PASS_ROLE ? 'role' : foreign ? 'other' : 'resource';
  if (mark < 0) return { action, of, certain };
  // The notation has no other words after `?` and `!`; a test reads every row.
  const condition = token.slice(mark + 1) as RequestMark;
  return token[mark] === '?' ? { action, of, certain, when: condition } : { action, of, certain, unless: condition };
}

function readTables(): Tables {
  const exact = new Map<string, readonly string[]>();
  const beginnings = new Map<string, { readonly begins: string; readonly needed: readonly string[] }[]>();
  for (const { prefix, rows } of EVENT_ACTION_RULES) {
    const patterns: { readonly begins: string; readonly needed: readonly string[] }[] = [];
    for (const row of rows) {
      const colon = row.indexOf(':');
      const needed = words(row.slice(colon + 1));
      for (const event of words(row.slice(0, colon).toLowerCase())) {
        if (event.endsWith('*')) patterns.push({ begins: event.slice(0, -1), needed });
        else exact.set(`${prefix}:${event}`, needed);
      }
    }
    const all = [...(beginnings.get(prefix) ?? []), ...patterns];
    beginnings.set(
      prefix,
      all.sort((a, b) => b.begins.length - a.begins.length),
    );
  }
  const dependent = new Map<string, readonly string[]>();
  for (const line of DEPENDENT_ACTIONS.split('\n')) {
    const [prefix, names, needed] = line.split('|');
    for (const name of words(names!.toLowerCase())) dependent.set(`${prefix}:${name}`, words(needed!));
  }
  const roles = new Set<string>();
  for (const line of ROLE_PASSING_EVENTS.split('\n')) {
    const [prefix, names] = line.split('|');
    for (const name of words(names!.toLowerCase())) roles.add(`${prefix}:${name}`);
  }
  return { exact, beginnings, dependent, roles };
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
