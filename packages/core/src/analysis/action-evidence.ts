import { globMatch } from '../authz/glob.ts';
import type { CredentialNode, Observation, Timestamp, Usage } from '../graph/model.ts';
import { type RecordedUse, recordedUse } from './recorded-use.ts';
import { selectorCovers } from './selector-covers.ts';
import { serviceOf } from './service-name.ts';
import { instantOf } from './time.ts';
import { type UseAnswer, type UseWindow, useStateOf, youth } from './use-state.ts';

/** What the use of the actions of one identity is judged by. */
export interface ActionQuestion {
  readonly window: UseWindow;
  /** When the identity was made. */
  readonly created: Timestamp | undefined;
  readonly usage: readonly Usage[];
  /** Observations about the identity and the scopes around it. */
  readonly observations: readonly Observation[];
  /** The answer for a service that it is granted something of, as `s3:*`. */
  readonly service: (permission: string) => UseAnswer | undefined;
  /** Why nothing of it can be unused, if so. */
  readonly kept: string | undefined;
  /** What would tell of an action; of an action with one credential. */
  readonly wouldTell: { readonly action: string; readonly withCredential: string };
}

/** An answer about one action, with what is recorded of it. */
export interface ActionAnswer extends UseAnswer {
  readonly recorded: RecordedUse;
}

/** A credential, with what is known of its use as a whole. */
export interface AnsweredCredential {
  readonly credential: CredentialNode;
  readonly answer: UseAnswer;
}

/**
 * What is known of the use of single actions (aws.md 4.1, "Unused rule"). An action is used where a row names it; unused
 * where a source that sees the action saw none over the whole window, or where its service or its identity is unused; else
 * unknown. That a service was used tells of none of its actions. Case is ignored.
 */
export class ActionEvidence {
  readonly #question: ActionQuestion;
  readonly #rows: ReadonlyMap<string, readonly Usage[]>;
  readonly #watching: readonly Observation[];

  constructor(question: ActionQuestion) {
    this.#question = question;
    this.#watching = question.observations.filter(({ granularity }) => granularity === 'action');
    const rows = new Map<string, Usage[]>();
    for (const row of question.usage) {
      const action = row.action.toLowerCase();
      const known = rows.get(action);
      if (known === undefined) rows.set(action, [row]);
      else known.push(row);
    }
    this.#rows = rows;
  }

  /** Observations that tell of single actions. */
  get watching(): readonly Observation[] {
    return this.#watching;
  }

  /** Actions that rows name, in lower case. */
  get recorded(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Use of an action, or of the actions that a pattern stands for, whatever the credential. */
  ofIdentity(action: string, wouldTell: string = this.#question.wouldTell.action): ActionAnswer {
    return this.#answer(action, recordedUse(this.#rowsOf(action)), wouldTell);
  }

  /** Use of what a pattern stands for, but for the actions that rows name: those are asked for one by one. */
  ofUnrecorded(pattern: string, wouldTell: string = this.#question.wouldTell.action): ActionAnswer {
    return this.#answer(pattern, recordedUse([]), wouldTell);
  }

  /** Use of an action with one credential of the identity. What no source ties to a credential may be its use. */
  ofCredential(
    { credential: { id, created }, answer: whole }: AnsweredCredential,
    action: string,
    wouldTell: string = this.#question.wouldTell.withCredential,
  ): ActionAnswer {
    const { window } = this.#question;
    const rows = this.#rowsOf(action);
    const recorded = recordedUse(rows.filter(({ credential }) => credential === id));
    const byAnyone = this.ofIdentity(action);
    if (byAnyone.state === 'unused') return { ...withoutUse(byAnyone, created, whole, window), recorded };

    const observations = this.#covering(action);
    const { state } = useStateOf({ ...recorded, created, observations, wouldTell }, window);
    if (state === 'used') return { state, sources: [], recorded };
    if (whole.state === 'unused' && !recorded.undated) return { state: 'unused', sources: whole.sources, recorded };
    const telling = observations.filter(({ byCredential }) => byCredential === true);
    const evidence = { created, observations: telling, wouldTell };
    const seen = useStateOf({ ...evidence, ...recorded }, window);
    if (seen.state === 'used') return { ...unknown('its use lies at the edge of what the evidence covers'), recorded };
    if (seen.state === 'unknown') return { ...seen, recorded };
    const untold = recordedUse(rows.filter((row) => mayBeAny(row) && !this.#isTold(row, telling)));
    const open = useStateOf({ ...evidence, ...untold }, window).state !== 'unused';
    return {
      ...this.#unlessKept(open ? unknown('used with a credential that the records do not tell') : seen),
      recorded,
    };
  }

  #answer(action: string, recorded: RecordedUse, wouldTell: string): ActionAnswer {
    const { created, window } = this.#question;
    const observations = this.#covering(action);
    const seen = useStateOf({ ...recorded, created, observations, wouldTell }, window);
    const service = this.#question.service(serviceOf(action));
    const implied = seen.state === 'unknown' && !recorded.undated && service?.state === 'unused';
    return { ...this.#unlessKept(implied ? service : seen), recorded };
  }

  /** Whether some other source, which tells credentials, would have shown the use in a row of its own. */
  #isTold({ last, source }: Usage, telling: readonly Observation[]): boolean {
    const at = instantOf(last);
    if (at === undefined) return false;
    const { now, length } = this.#question.window;
    return telling.some((observation) => {
      const from = instantOf(observation.from);
      const to = instantOf(observation.to);
      if (observation.source === source || from === undefined || to === undefined) return false;
      return from <= at && at <= to && Math.min(to, now) - from >= length;
    });
  }

  #rowsOf(action: string): readonly Usage[] {
    const pattern = action.toLowerCase();
    if (!isPattern(pattern)) return this.#rows.get(pattern) ?? [];
    return [...this.#rows].flatMap(([name, rows]) => (globMatch(pattern, name) ? rows : []));
  }

  #covering(action: string): readonly Observation[] {
    return this.#watching.filter(({ actions }) => selectorCovers(actions)(action));
  }

  #unlessKept(answer: UseAnswer): UseAnswer {
    const { kept } = this.#question;
    return kept === undefined || answer.state !== 'unused' ? answer : unknown(kept);
  }
}

/** Use with one credential of what nobody used: unused, if the credential was there all that time. */
export function withoutUse(
  byAnyone: UseAnswer,
  created: Timestamp | undefined,
  whole: UseAnswer,
  { length }: UseWindow,
): UseAnswer {
  const { start, sources } = byAnyone;
  if (whole.state === 'unused') return { state: 'unused', sources };
  const why = start === undefined ? (whole.why ?? 'its use is unknown') : youth(created, start, start + length, length);
  return why === undefined ? byAnyone : unknown(why);
}

function mayBeAny({ credential, otherCredential }: Usage): boolean {
  return credential === undefined && otherCredential !== true;
}

function isPattern(action: string): boolean {
  return action.includes('*') || action.includes('?');
}

function unknown(why: string): UseAnswer {
  return { state: 'unknown', sources: [], why };
}
