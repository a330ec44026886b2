import { MAX_DEPTH } from './canonical-json.ts';
import { KeyreachError } from './graph-error.ts';
import type { GraphRecord } from './model.ts';
import { quoteText } from './quote-text.ts';

/** Length of the longest text a graph record may hold, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 1_048_576;

/** Most principals that one list of a rule or a placement may name. */
export const MAX_MATCHERS = 65_536;

/**
 * A parsed line of a graph file as a record, once it is known to be one. Fields the format does not name are kept and
 * mean nothing. The value is not copied.
 *
 * @param line Number of the line, from 1; errors name it.
 * @throws KeyreachError `bad-graph` with the line, the record and the field at fault, as in
 * ``line 3: node `x`: `status` must be one of `active`, `disabled`, not `on` ``. Its fields: `line`.
 */
export function validateGraphRecord(value: unknown, line: number): GraphRecord {
  if (!isObject(value)) throw badGraph(line, `a record must be an object, not ${shown(value)}`);
  const kind = value['record'];
  const check = typeof kind === 'string' ? recordChecks.get(kind) : undefined;
  if (check === undefined) {
    throw badGraph(line, `\`record\` must be one of ${[...recordChecks.keys()].map(quoteText).join(', ')}${not(kind)}`);
  }
  const problem = check(value) ?? boundsProblem(value, 1);
  if (problem !== undefined) {
    const place = problem.path === '' ? '' : `${quoteText(problem.path)} `;
    throw badGraph(line, `${recordName(value)}: ${place}${problem.reason}`);
  }
  // The checks below are the type, field by field.
  return value as unknown as GraphRecord;
}

/** An error about one line of a graph file. */
export function badGraph(line: number, reason: string, cause?: unknown): KeyreachError {
  const details = { fields: { line }, ...(cause === undefined ? {} : { cause }) };
  return new KeyreachError('bad-graph', `line ${line}: ${reason}`, details);
}

/** What is wrong, and where inside the record: `statements[0].effect`. */
interface Problem {
  readonly path: string;
  readonly reason: string;
}

type JsonObject = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => Problem | undefined;
type Fields = Readonly<Record<string, Check>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function must(reason: string, value: unknown): Problem {
  return { path: '', reason: value === undefined ? 'is missing' : `must be ${reason}${not(value)}` };
}

function not(value: unknown): string {
  return value === undefined ? '' : `, not ${shown(value)}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return quoteText(String(value));
}

function recordName(record: JsonObject): string {
  const name = ['id', 'policy', 'identity', 'subject', 'scope', 'from'].map((key) => record[key]).find(isText);
  return name === undefined ? String(record['record']) : `${record['record']} ${quoteText(name)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

const text: Check = (value) => (isText(value) ? undefined : must('text', value));
const name: Check = (value) => (isText(value) && value !== '' ? undefined : must('text that is not empty', value));
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : must('`true` or `false`', value));
const object: Check = (value) => (isObject(value) ? undefined : must('an object', value));
const json: Check = (value) => (value === undefined ? must('a value', value) : undefined);
const count: Check = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : must('a whole number', value);

const timestampShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const timestamp: Check = (value) =>
  isText(value) && timestampShape.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : must('a time in UTC such as `2026-01-31T00:00:00.000Z`', value);

function oneOf(...words: readonly (string | true)[]): Check {
  const allowed = new Set<unknown>(words);
  const reason =
    words.length === 1
      ? quoteText(String(words[0] ?? ''))
      : `one of ${words.map((word) => quoteText(String(word))).join(', ')}`;
  return (value) => (allowed.has(value) ? undefined : must(reason, value));
}

function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

function inside(step: string, problem: Problem): Problem {
  const joint = problem.path === '' || problem.path.startsWith('[') ? '' : '.';
  return { path: step + joint + problem.path, reason: problem.reason };
}

function listOf(check: Check, most: number = Number.POSITIVE_INFINITY): Check {
  return (value) => {
    if (!Array.isArray(value)) return must('a list', value);
    if (value.length > most)
      return { path: '', reason: `holds \`${value.length}\` entries; at most \`${most}\` are allowed` };
    for (let index = 0; index < value.length; index += 1) {
      const problem = check(value[index]);
      if (problem !== undefined) return inside(`[${index}]`, problem);
    }
    return undefined;
  };
}

function mapOf(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return must('an object', value);
    for (const key of Object.keys(value)) {
      const problem = check(value[key]);
      if (problem !== undefined) return inside(key, problem);
    }
    return undefined;
  };
}

function shape(fields: Fields): Check {
  const checks = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return must('an object', value);
    for (const [field, check] of checks) {
      const problem = check(value[field]);
      if (problem !== undefined) return inside(field, problem);
    }
    return undefined;
  };
}

/** Objects whose fields depend on the word in one of them. */
function union(tag: string, variants: Readonly<Record<string, Fields>>): Check {
  const checks = new Map(Object.entries(variants).map(([word, fields]) => [word, shape(fields)]));
  const tagCheck = oneOf(...checks.keys());
  return (value) => {
    if (!isObject(value)) return must('an object', value);
    const word = value[tag];
    const check = isText(word) ? checks.get(word) : undefined;
    if (check !== undefined) return check(value);
    const problem = tagCheck(word);
    return problem === undefined ? undefined : inside(tag, problem);
  };
}

const selector = shape({ include: listOf(text), exclude: listOf(text) });
const strength = oneOf('delegates', 'sufficient', 'bypasses-guards');

const principalMatchers = listOf(
  union('match', {
    node: { id: name, strength, certainty: optional(oneOf('conditional', 'unknown')) },
    scope: { id: name, strength },
    anyone: { strength },
    member: { id: name, strength, direct: optional(oneOf(true)) },
    types: { types: listOf(name, MAX_MATCHERS), scope: optional(name), strength },
    service: { name, strength },
    unresolved: {
      text,
      dangling: flag,
      strength: optional(strength),
      zoned: optional(oneOf(true)),
      scope: optional(name),
      type: optional(text),
    },
  }),
  MAX_MATCHERS,
);

const principalSelector = shape({
  include: principalMatchers,
  exclude: principalMatchers,
  excludes: optional(oneOf('all-identities')),
});
const condition = shape({ language: name, body: json });

const statement = shape({
  effect: oneOf('allow', 'deny'),
  actions: selector,
  resources: optional(selector),
  principals: optional(principalSelector),
  condition: optional(condition),
  sid: optional(text),
  index: count,
  undecidable: optional(text),
});

const common: Fields = {
  id: name,
  provider: name,
  type: name,
  name: text,
  scope: optional(name),
  tags: optional(mapOf(text)),
  created: optional(timestamp),
  attributes: optional(object),
};

const node = union('kind', {
  scope: { ...common, zone: optional(flag) },
  identity: {
    ...common,
    nature: optional(oneOf('human', 'machine')),
    external: optional(flag),
    providerManaged: optional(flag),
  },
  credential: {
    ...common,
    status: oneOf('active', 'disabled', 'expired', 'unknown'),
    expires: optional(timestamp),
    lastUsed: union('state', {
      used: { at: timestamp, service: optional(text), region: optional(text) },
      never: {},
      unknown: { silent: optional(text) },
    }),
    publicId: optional(text),
    static: optional(flag),
    session: optional(text),
  },
  resource: { ...common, uncollected: optional(flag) },
});

const schema: Check = (value) => {
  if (value === 'keyreach-graph/1') return undefined;
  if (!isText(value) || !value.startsWith('keyreach-graph/')) return must('`keyreach-graph/1`', value);
  return { path: '', reason: `is ${quoteText(value)}, this version reads \`keyreach-graph/1\` only; update keyreach` };
};

const recordChecks: ReadonlyMap<string, Check> = new Map([
  ['header', shape({ schema, records: optional(count) })],
  ['node', node],
  [
    'edge',
    shape({
      type: oneOf(
        'contains',
        'member-of',
        'authenticates',
        'runs-as',
        'federates',
        'owned-by',
        'vouches-for',
        'provisions',
        'stores',
      ),
      from: name,
      to: name,
      certainty: optional(oneOf('allow', 'conditional', 'unknown')),
    }),
  ],
  [
    'document',
    shape({
      id: name,
      provider: name,
      statements: listOf(statement),
      unreadable: optional(text),
      mayDeny: optional(flag),
    }),
  ],
  ['policy', shape({ id: name, provider: name, name: text, type: name, document: name, owner: optional(name) })],
  [
    'attachment',
    attachment({
      policy: name,
      node: name,
      role: oneOf(
        'identity-grant',
        'resource-grant',
        'identity-guard',
        'principal-scope-guard',
        'resource-scope-guard',
      ),
      principals: optional(principalSelector),
      condition: optional(condition),
      name: optional(text),
      union: optional(oneOf(true)),
      exclusiveFor: optional(selector),
    }),
  ],
  [
    'usage',
    shape({
      identity: name,
      credential: optional(name),
      otherCredential: optional(flag),
      action: name,
      resource: optional(text),
      first: optional(timestamp),
      last: optional(timestamp),
      count: optional(count),
      refused: optional(count),
      perhaps: optional(flag),
      source: name,
    }),
  ],
  [
    'observation',
    shape({
      subject: name,
      actions: selector,
      granularity: oneOf('identity', 'credential', 'service', 'action'),
      byCredential: optional(flag),
      from: timestamp,
      to: timestamp,
      source: name,
    }),
  ],
  [
    'gap',
    shape({
      scope: text,
      what: text,
      why: text,
      fix: optional(text),
      file: optional(text),
      kind: optional(oneOf('missing-file', 'bad-input', 'not-collected')),
    }),
  ],
]);

/** A placement whose parts fit the role: who is named is a question to grants, what is joined to guards. */
function attachment(fields: Fields): Check {
  const check = shape(fields);
  return (value) => {
    const problem = check(value);
    if (problem !== undefined || !isObject(value)) return problem;
    const { role } = value;
    if (value['principals'] !== undefined && role !== 'resource-grant')
      return { path: 'principals', reason: 'may stand with role `resource-grant` only' };
    if (value['union'] !== undefined && role !== 'identity-guard' && role !== 'principal-scope-guard')
      return { path: 'union', reason: 'may stand with role `identity-guard` or `principal-scope-guard` only' };
    return undefined;
  };
}

/** Limits that hold everywhere in a record, named field or not. Recursion ends at the limit it checks. */
function boundsProblem(value: unknown, depth: number): Problem | undefined {
  if (isText(value)) return textProblem(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) return { path: '', reason: `nests deeper than \`${MAX_DEPTH}\` levels` };
  if (Array.isArray(value)) {
    for (const item of value) {
      const problem = boundsProblem(item, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const problem = textProblem(key) ?? boundsProblem((value as JsonObject)[key], depth + 1);
    if (problem !== undefined) return depth === 1 ? inside(key, problem) : problem;
  }
  return undefined;
}

function textProblem(value: string): Problem | undefined {
  if (value.length <= MAX_TEXT_LENGTH) return undefined;
  return {
    path: '',
    reason: `holds text of \`${value.length}\` characters; at most \`${MAX_TEXT_LENGTH}\` are allowed`,
  };
}
