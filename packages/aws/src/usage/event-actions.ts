import { type ActionRule, type ActionTarget, rulesOfEvent } from './event-rules.ts';
import type { TrailRow } from './trail-usage.ts';

/** An IAM action that a recorded call needed. */
export interface NeededAction {
  /** In the spelling of the catalogue: `s3:GetObject`. */
  readonly action: string;
  /**
   * What it was checked on. `resource`: what the call was about, {@link TrailRow.resource} where that is told. `role`: the
   * roles of {@link TrailRow.roles} (for instance profiles, the role within); with none there, a role that nobody tells.
   * `other`: something that the row does not tell.
   */
  readonly of: ActionTarget;
  /**
   * Whether the call needed it for sure. Otherwise it may have been needed: that is no proof of use, and the action cannot
   * be called unused either.
   */
  readonly certain: boolean;
}

/** Which actions a recorded call needed. */
export interface EventActions {
  /** False: neither the rules nor the catalogue know the event, so nobody can tell; then `actions` is empty. */
  readonly known: boolean;
  /** Each action at most once, the call's own first. Empty for known events that need no permission, such as a sign-in. */
  readonly actions: readonly NeededAction[];
}

/**
 * The IAM actions that the calls of a row needed (aws.md 4.3). Marks and roles of the row add actions or replace them: a
 * version read needs `s3:GetObjectVersion` instead of `s3:GetObject`, a role handed to a service `iam:PassRole`.
 * What is not known is never guessed.
 *
 * @example
 * actionsOfEvent({ eventSource: 's3', eventName: 'HeadObject', marks: ['version'], roles: [] }).actions;
 * // [{ action: 's3:GetObjectVersion', of: 'resource', certain: true }]
 */
export function actionsOfEvent(row: Pick<TrailRow, 'eventSource' | 'eventName' | 'marks' | 'roles'>): EventActions {
  const { known, rules } = rulesOfEvent(row.eventSource, row.eventName);
  const actions = new Map<string, NeededAction>();
  for (const rule of rules) {
    if (rule.when !== undefined && !holds(row, rule.when)) continue;
    if (rule.unless !== undefined && holds(row, rule.unless)) continue;
    const earlier = actions.get(rule.action);
    if (earlier === undefined || (rule.certain && !earlier.certain)) {
      actions.set(rule.action, { action: rule.action, of: rule.of, certain: rule.certain });
    }
  }
  return { known, actions: [...actions.values()] };
}

/**
 * All actions that calls of an event may need, with what each depends on. A role that a changing call names counts as handed
 * over for sure where the API says so, and as perhaps handed over elsewhere.
 *
 * @example
 * possibleActionsOfEvent('sts', 'AssumeRole').map(({ action, when }) => [action, when]);
 * // [['sts:AssumeRole', undefined], ['sts:TagSession', 'tags'], ['sts:SetSourceIdentity', 'source-identity']]
 */
export function possibleActionsOfEvent(eventSource: string, eventName: string): readonly ActionRule[] {
  return rulesOfEvent(eventSource, eventName).rules;
}

function holds(row: Pick<TrailRow, 'marks' | 'roles'>, mark: NonNullable<ActionRule['when']>): boolean {
  return mark === 'role' ? row.roles.length > 0 : row.marks.includes(mark);
}
