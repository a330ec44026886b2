import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { DATA_EVENTS } from './data-events.ts';
import { EVENT_ACTION_RULES } from './event-action-rules.ts';
import { UNPERFORMED_ACTIONS } from './event-data.ts';
import { rulesOfEvent } from './event-rules.ts';
import { SOURCE_OF_PREFIX } from './event-source-prefixes.ts';
import { UNLOGGED_ACTIONS } from './unlogged-actions.ts';

/** Where CloudTrail shows that an action was used. */
export type LogVisibility =
  | {
      /** A management event of its own. */
      readonly in: 'management';
      /** Whether selectors for writing events surely take it in; false for reading ones and where CloudTrail may call it so. */
      readonly write: boolean;
      /** Event source it is logged under, without `.amazonaws.com`. */
      readonly source: string;
    }
  | {
      /** A data event. */
      readonly in: 'data';
      /** Type of resource of the event selector that takes it in: `AWS::S3::Object`. */
      readonly type: string;
    }
  | {
      /** Part of the requests of other events: a role handed to a service, tags of a session. */
      readonly in: 'request';
      readonly why: string;
    }
  | {
      /** No record is known to show it: that none does proves nothing. */
      readonly in: 'nowhere';
      readonly why: string;
    };

/** Actions that never make an event of their own, while the events they belong to hold what shows them (aws.md 4.1). */
const IN_REQUESTS: ReadonlyMap<string, string> = new Map([
  ['iam:PassRole', 'seen as the role that another call hands to a service'],
  ['sts:TagSession', 'seen as tags of a session that another call opens'],
  ['sts:SetSourceIdentity', 'seen as the source identity of a session that another call opens'],
]);

/**
 * Beginnings of names whose events may count as reading although the catalogue says that the action writes: `sts:AssumeRole`,
 * `kms:Decrypt` and `bedrock:InvokeModel` do.
 */
const MAYBE_READING: ReadonlySet<string> = new Set(
  'assume batch calculate check compare converse convert count decode decrypt describe detect download encrypt estimate evaluate export generate get head invoke is list lookup preview query reencrypt reveal search select sign simulate test validate verify view'.split(
    ' ',
  ),
);

const NO_SUCH_ACTION: LogVisibility = { in: 'nowhere', why: 'the catalogue does not know the action' };
const NO_OPERATION: LogVisibility = {
  in: 'nowhere',
  why: 'no published operation has the name of the action, so it may be a permission without a call of its own',
};
const NOT_TOLD: LogVisibility = {
  in: 'nowhere',
  why: 'the calls that may need the action do not tell in their records whether they did',
};

let known: ReadonlyMap<string, LogVisibility> | undefined;

/**
 * Where CloudTrail shows the use of an action of the catalogue. An action is `management` only if an event maps to it: by a
 * rule, or because a published operation has its name and is not one that works on data. Everything else is `nowhere`.
 *
 * @example
 * visibilityOf('s3:GetObject'); // { in: 'data', type: 'AWS::S3::Object' }
 * visibilityOf('iam:CreateUser'); // { in: 'management', write: true, source: 'iam' }
 * visibilityOf('rds-db:connect').in; // 'nowhere'
 */
export function visibilityOf(action: string): LogVisibility {
  known ??= visibilities();
  const canonical = awsCatalogue().action(action)?.name;
  return canonical === undefined ? NO_SUCH_ACTION : known.get(canonical)!;
}

function visibilities(): ReadonlyMap<string, LogVisibility> {
  const unperformed = new Map(
    UNPERFORMED_ACTIONS.split('\n').map((line) => {
      const [prefix, names] = line.split('|');
      return [prefix!, new Set(names!.split(' '))] as const;
    }),
  );
  const data = new Map<string, string>();
  for (const row of DATA_EVENTS) {
    const space = row.indexOf(': ');
    for (const action of namesOf(row.slice(space + 2))) data.set(action, row.slice(0, space));
  }
  const unlogged = new Map<string, string>();
  for (const { why, actions } of UNLOGGED_ACTIONS) {
    for (const row of actions) for (const action of namesOf(row)) unlogged.set(action, why);
  }
  const ruled = actionsOfRules();

  const result = new Map<string, LogVisibility>();
  for (const { name, service, accessLevel } of awsCatalogue().actions) {
    const request = IN_REQUESTS.get(name);
    const type = data.get(name);
    const why = unlogged.get(name) ?? unlogged.get(`${service}:*`);
    const missing = unperformed.get(service);
    const performed = missing === undefined || !(missing.has('*') || missing.has(name.slice(service.length + 1)));
    if (request !== undefined) result.set(name, { in: 'request', why: request });
    else if (type !== undefined) result.set(name, { in: 'data', type });
    else if (why !== undefined) result.set(name, { in: 'nowhere', why });
    else if (ruled.get(name) === 'sure' || (performed && mapsToItself(service, name))) {
      const reading = accessLevel === 'read' || accessLevel === 'list';
      const write = !reading && !MAYBE_READING.has(firstWord(name.slice(service.length + 1)));
      result.set(name, { in: 'management', write, source: SOURCE_OF_PREFIX.get(service) ?? service });
    } else result.set(name, ruled.has(name) || performed ? NOT_TOLD : NO_OPERATION);
  }
  return result;
}

/** Whether the event of the action's name needs it for sure, whatever the request holds. */
function mapsToItself(service: string, action: string): boolean {
  const { rules } = rulesOfEvent(SOURCE_OF_PREFIX.get(service) ?? service, action.slice(service.length + 1));
  return rules.some((rule) => rule.action === action && rule.certain && rule.when === undefined);
}

/** Actions that events of other names need: for sure in some, or never for sure. */
function actionsOfRules(): ReadonlyMap<string, 'sure' | 'perhaps'> {
  const found = new Map<string, 'sure' | 'perhaps'>();
  for (const { prefix, rows } of EVENT_ACTION_RULES) {
    for (const row of rows) {
      for (const event of row.slice(0, row.indexOf(':')).split(' ')) {
        for (const rule of rulesOfEvent(prefix, event.replace('*', 'Example')).rules) {
          const sure = rule.certain && rule.when === undefined;
          if (sure || !found.has(rule.action)) found.set(rule.action, sure ? 'sure' : 'perhaps');
        }
      }
    }
  }
  return found;
}

/** The first word of a name, in lower case: `assume` of `AssumeRole`. */
function firstWord(name: string): string {
  const end = name.slice(1).search(/[^a-z]/);
  return (end < 0 ? name : name.slice(0, end + 1)).toLowerCase();
}

function namesOf(row: string): readonly string[] {
  const colon = row.indexOf(':');
  return row
    .slice(colon + 1)
    .split(' ')
    .map((name) => `${row.slice(0, colon)}:${name}`);
}
