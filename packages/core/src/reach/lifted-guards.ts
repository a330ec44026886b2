import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy } from '../authz/principal-class.ts';
import { type GuardLift, mayDeny } from './change.ts';

/** What is done to the guards of scopes, each policy once. */
export interface LiftedGuards {
  readonly lifted: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
  /** Nothing of them applies any more. */
  readonly left: boolean;
}

/** What several lifts do together. */
export function together(lifts: readonly GuardLift[]): LiftedGuards {
  const lifted = new Set<string>();
  const opened = new Set<string>();
  let left = false;
  for (const lift of lifts) {
    if (lift.kind === 'leave') left = true;
    else if (lift.kind === 'open') opened.add(lift.policy);
    else lifted.add(lift.policy);
  }
  return { lifted, opened, left };
}

/** What stays of one level; a guard that lets everything pass need not be taken off. */
function stays(level: readonly HeldPolicy[], { lifted, opened }: LiftedGuards): readonly HeldPolicy[] {
  return level.filter(({ policy }) => !lifted.has(policy.id) || opened.has(policy.id));
}

/** Whether a level would be left without any guard, which no scope allows. */
export function emptiesLevel(levels: readonly (readonly HeldPolicy[])[], lifts: LiftedGuards): boolean {
  return levels.some((level) => level.length > 0 && stays(level, lifts).length === 0);
}

/**
 * The texts that guard a scope after some of its guards were lifted; `everything` takes the place of opened ones, and a
 * level that lets everything pass is none.
 */
export function guardsAfter(
  levels: readonly (readonly HeldPolicy[])[],
  lifts: LiftedGuards,
  everything: CompiledDocument,
): readonly (readonly CompiledDocument[])[] {
  if (lifts.left) return [];
  return levels
    .map((level) =>
      stays(level, lifts).map(({ policy, document }) => (lifts.opened.has(policy.id) ? everything : document)),
    )
    .filter((level) => !level.includes(everything) || level.some(mayDeny));
}
