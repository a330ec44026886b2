import type { IdentityNode, Observation, Usage } from '../graph/model.ts';
import { type AnsweredCredential, withoutUse } from './action-evidence.ts';
import { madeBy } from './made-by.ts';
import { type RecordedUse, recordedUse, rowsByService } from './recorded-use.ts';
import type { PermissionUse } from './results.ts';
import { selectorCovers } from './selector-covers.ts';
import { timestampOf } from './time.ts';
import { useSourceFor } from './use-sources.ts';
import { type UseAnswer, type UseWindow, useStateOf } from './use-state.ts';

/** What the use of services by one identity is judged by. */
export interface ServiceQuestion {
  readonly identity: IdentityNode;
  readonly window: UseWindow;
  readonly usage: readonly Usage[];
  /** Observations about the identity and the scopes around it. */
  readonly observations: readonly Observation[];
  /** The answer for the identity as a whole. */
  readonly whole: UseAnswer;
  /** Turns an answer into what may be said of this identity. */
  readonly unlessManaged: (answer: UseAnswer) => UseAnswer;
}

/** A source that tells of services or actions. */
interface Watcher {
  readonly observation: Observation;
  readonly covers: (permission: string) => boolean;
}

interface ServiceAnswer {
  readonly answer: UseAnswer;
  readonly recorded: RecordedUse;
}

/**
 * What is known of the use of services, each as `s3:*` (aws.md 4.1). A service is used where a row names it or one of its
 * actions; unused where a source that sees every use of it saw none, or where the whole identity is unused; else unknown.
 */
export class ServiceEvidence {
  readonly #question: ServiceQuestion;
  readonly #rows: ReadonlyMap<string, readonly Usage[]>;
  readonly #watching: readonly Watcher[];
  /** Answers for services without rows, by which sources watch them: an administrator has hundreds. */
  readonly #unrecorded: Map<string, UseAnswer> = new Map();
  readonly #answers: Map<string, ServiceAnswer> = new Map();

  constructor(question: ServiceQuestion) {
    this.#question = question;
    this.#rows = rowsByService(question.usage);
    this.#watching = question.observations
      .filter(({ granularity }) => granularity === 'service' || granularity === 'action')
      .map((observation) => ({ observation, covers: selectorCovers(observation.actions) }));
  }

  /** The answer for a service, whatever the credential. */
  answer(permission: string): UseAnswer {
    return this.#of(permission).answer;
  }

  /** Use of a service, whatever the credential. */
  ofIdentity(permission: string): PermissionUse {
    const { answer, recorded } = this.#of(permission);
    return told(permission, answer, recorded);
  }

  /** Use of a service with one credential: sources of services do not tell credentials, rows of single calls may. */
  ofCredential({ credential, answer: whole }: AnsweredCredential, permission: string): PermissionUse {
    const { identity, window } = this.#question;
    const { id, created } = credential;
    const recorded = recordedUse((this.#rows.get(permission) ?? []).filter((row) => row.credential === id));
    const observations = this.#watchers(permission).map(({ observation }) => observation);
    const wouldTell = useSourceFor(identity.provider, 'action-by-credential', identity.type);
    const { state } = useStateOf({ ...recorded, created, observations, wouldTell }, window);
    const byAnyone = this.answer(permission);
    if (state === 'used') return told(permission, { state, sources: [] }, recorded);
    if (byAnyone.state === 'unused') return told(permission, withoutUse(byAnyone, created, whole, window), recorded);
    if (whole.state === 'unused' && !recorded.undated) return told(permission, withoutWhy(whole), recorded);
    const why = `no source tells use of a service by credential; ${wouldTell} would tell`;
    return told(permission, { state: 'unknown', sources: [], why }, recorded);
  }

  #of(permission: string): ServiceAnswer {
    let found = this.#answers.get(permission);
    if (found === undefined) {
      found = this.#judge(permission);
      this.#answers.set(permission, found);
    }
    return found;
  }

  #judge(permission: string): ServiceAnswer {
    const { identity, window, whole, unlessManaged } = this.#question;
    const { provider, type } = identity;
    const created = madeBy(identity, window);
    const rows = this.#rows.get(permission);
    const recorded = recordedUse(rows ?? []);
    const watchers = this.#watchers(permission);
    const observations = watchers.map(({ observation }) => observation);
    const alike = rows === undefined ? watchers.map((watcher) => this.#watching.indexOf(watcher)).join() : undefined;
    const known = alike === undefined ? undefined : this.#unrecorded.get(alike);
    const wouldTell = useSourceFor(provider, 'service', type);
    const seen = known ?? useStateOf({ ...recorded, created, observations, wouldTell }, window);
    if (alike !== undefined) this.#unrecorded.set(alike, seen);
    const implied = seen.state === 'unknown' && whole.state === 'unused' && !recorded.undated;
    return { answer: unlessManaged(implied ? withoutWhy(whole) : seen), recorded };
  }

  #watchers(permission: string): readonly Watcher[] {
    return this.#watching.filter(({ covers }) => covers(permission));
  }
}

function told(permission: string, { state, sources, why }: UseAnswer, recorded: RecordedUse): PermissionUse {
  return {
    permission,
    state,
    ...(recorded.lastUse === undefined ? {} : { lastUsed: timestampOf(recorded.lastUse) }),
    sources: state === 'used' ? recorded.sources : sources,
    ...(why === undefined ? {} : { why }),
  };
}

/** What holds for a part of what is unused as a whole. */
function withoutWhy({ why: _, ...answer }: UseAnswer): UseAnswer {
  return answer;
}
