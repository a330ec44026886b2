/** Recorded use: which IAM actions recorded calls needed, and which actions the records can show. */
export { actionsOfEvent, type EventActions, type NeededAction, possibleActionsOfEvent } from './event-actions.ts';
export type { ActionRule, ActionTarget, EventRules, RequestMark } from './event-rules.ts';
export type { TrailCoverage, TrailMark, TrailRow, TrailUsage } from './trail-usage.ts';
