import { KeyreachError } from '../graph/graph-error.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { CredentialNode, IdentityNode, Observation, Timestamp, Usage } from '../graph/model.ts';
import { quoteText } from '../graph/quote-text.ts';
import { latest, recordedUse, rowsByService, statedUse } from './recorded-use.ts';
import type { CredentialUse, IdentityUse, PermissionUse } from './results.ts';
import { selectorCovers, selectsAll } from './selector-covers.ts';
import { ageDays, DAY, instantOf, timestampOf } from './time.ts';
import { unlistedCredentials } from './unlisted-credentials.ts';
import { unusedRatio } from './unused-ratio.ts';
import { useSourceFor } from './use-sources.ts';
import { type UseAnswer, type UseWindow, useStateOf } from './use-state.ts';

/** What the use of one identity is asked with. */
export interface UnusedQuestion {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days. */
  readonly windowDays: number;
  /** Services the identity is granted something of, as `s3` or `s3:*`. Undefined: nobody knows. */
  readonly grantedServices: readonly string[] | undefined;
}

/**
 * Use of one identity, of each of its credentials and of each service it is granted, within a window (findings 3.3,
 * aws.md 4.1). What no source could have seen is `unknown`, never unused.
 *
 * - The identity is used where use of it or of one of its credentials is recorded. It is unused where a source that sees
 *   any use of it saw none, or where that holds for each of its credentials and the input lists them all.
 * - A service is unused where a source that sees every use of it saw none, or where the whole identity is unused.
 * - What the provider manages is never unused: nobody else can remove it.
 * - Attempts that a source does not tell from success count as use.
 *
 * @throws KeyreachError `bad-time` for a `now` that is no RFC 3339 time, `bad-window` for a window that is no positive
 * number of days.
 */
export function unusedOf(graph: GraphIndex, identity: IdentityNode, question: UnusedQuestion): IdentityUse {
  return new IdentityEvidence(graph, identity, question).use();
}

const managed = 'managed by the provider';

class IdentityEvidence {
  readonly #graph: GraphIndex;
  readonly #identity: IdentityNode;
  readonly #question: UnusedQuestion;
  readonly #window: UseWindow;
  readonly #usage: readonly Usage[];
  readonly #observations: readonly Observation[];
  readonly #credentials: readonly CredentialNode[];

  constructor(graph: GraphIndex, identity: IdentityNode, question: UnusedQuestion) {
    this.#graph = graph;
    this.#identity = identity;
    this.#question = question;
    this.#window = windowOf(question);
    this.#usage = graph.usageOf(identity.id);
    const subjects = [identity.id, ...graph.scopesOf(identity.id).map(({ id }) => id)];
    this.#observations = subjects.flatMap((subject) => graph.observationsOf(subject));
    this.#credentials = graph.credentialsOf(identity.id);
  }

  use(): IdentityUse {
    const { id, type, name, provider, attributes, created } = this.#identity;
    const recorded = recordedUse(this.#usage);
    const stated = [attributes?.['lastUsed'], ...this.#credentials.map(({ lastUsed }) => ({ ...lastUsed }))].map(
      statedUse,
    );
    const lastUse = latest([recorded.lastUse, ...stated.filter((time) => time !== 'undated')]);
    const undated = recorded.undated || stated.includes('undated');
    const observations = this.#observations.filter(seesEverything);
    const wouldTell = useSourceFor(provider, 'identity', type);
    const own = useStateOf({ lastUse, undated, created, observations, wouldTell }, this.#window);

    const credentials = this.#credentials.map((credential) => this.#credential(credential, own));
    const answer = this.#whole(own, undated, credentials);
    const services = this.#services(answer);
    const { counts, ratio } = unusedRatio(
      services,
      ({ state }) => state,
      () => 1,
    );
    const ungranted = 'which services it is granted is not known';
    const why = [answer.why, this.#question.grantedServices === undefined ? ungranted : undefined]
      .filter((part) => part !== undefined)
      .join('; ');
    return {
      id,
      type,
      name,
      state: answer.state,
      ...(lastUse === undefined ? {} : { lastUsed: timestampOf(lastUse) }),
      ...(why === '' ? {} : { why }),
      credentials: credentials.map(({ use }) => use),
      services,
      counts,
      ratio,
    };
  }

  #credential(
    credential: CredentialNode,
    whole: UseAnswer,
  ): { readonly use: CredentialUse } & Pick<UseAnswer, 'sources'> {
    const { id, provider, type, status, lastUsed, created } = credential;
    const recorded = recordedUse(this.#usage.filter((row) => row.credential === id));
    const stated = statedUse({ ...lastUsed });
    const observations = [
      ...this.#graph.observationsOf(id).filter(seesCredentials),
      // What a source says of many credentials does not hold for one it has no date of, not even `never`.
      ...(lastUsed.state === 'unknown' ? [] : this.#observations.filter(seesCredentials)),
      // Use of the identity may be use of this credential, so only a source that saw none at all speaks of it.
      ...(whole.state === 'unused' ? this.#observations.filter(seesEverything) : []),
    ];
    const answer = this.#unlessManaged(
      useStateOf(
        {
          lastUse: latest([recorded.lastUse, stated === 'undated' ? undefined : stated]),
          undated: recorded.undated || stated === 'undated',
          created,
          observations,
          wouldTell: useSourceFor(provider, 'credential', type),
        },
        this.#window,
      ),
    );
    const use: CredentialUse = {
      id,
      type,
      status,
      state: answer.state,
      lastUsed,
      ageDays: ageDays(created, this.#question.now),
      ...(answer.why === undefined ? {} : { why: answer.why }),
    };
    return { use, sources: answer.sources };
  }

  /** The identity's answer, with what its credentials add where nothing watches it as a whole. */
  #whole(
    own: UseAnswer,
    undated: boolean,
    credentials: readonly { readonly use: CredentialUse; readonly sources: readonly string[] }[],
  ): UseAnswer {
    if (own.state === 'used' || credentials.some(({ use }) => use.state === 'used'))
      return { state: 'used', sources: [] };
    if (this.#identity.providerManaged === true) return this.#unlessManaged(own);
    if (own.state === 'unused' || undated) return own;
    if (credentials.length === 0) {
      if (unlistedCredentials(this.#identity, this.#graph) !== undefined) return own;
      return {
        state: 'unknown',
        sources: [],
        why: 'it has no credential; one that was deleted would have left no trace',
      };
    }
    const open = credentials.findIndex(({ use }) => use.state === 'unknown');
    if (open !== -1) {
      const { type, name } = this.#credentials[open] ?? this.#identity;
      const why = credentials[open]?.use.why ?? 'its use is unknown';
      return { state: 'unknown', sources: [], why: `its ${type} ${quoteText(name)} may be in use: ${why}` };
    }
    const unlisted = unlistedCredentials(this.#identity, this.#graph);
    if (unlisted !== undefined) return { state: 'unknown', sources: [], why: unlisted };
    const each =
      credentials.length === 1 ? 'its only credential is' : `each of its ${credentials.length} credentials is`;
    return {
      state: 'unused',
      sources: [...new Set(credentials.flatMap(({ sources }) => sources))].sort(),
      why: `${each} unused; one that was deleted would have left no trace`,
    };
  }

  #services(whole: UseAnswer): readonly PermissionUse[] {
    const { provider, type, created } = this.#identity;
    const permissions = new Set((this.#question.grantedServices ?? []).map(servicePermission));
    if (permissions.size === 0) return [];
    const rows = rowsByService(this.#usage);
    const watching = this.#observations
      .filter(({ granularity }) => granularity === 'service' || granularity === 'action')
      .map((observation) => ({ observation, covers: selectorCovers(observation.actions) }));
    const wouldTell = useSourceFor(provider, 'service', type);
    const unrecorded = new Map<string, UseAnswer>();
    return [...permissions].sort().map((permission): PermissionUse => {
      const recorded = recordedUse(rows.get(permission) ?? []);
      const watchers = watching.filter(({ covers }) => covers(permission));
      const observations = watchers.map(({ observation }) => observation);
      // An administrator has hundreds of services; those without rows that the same sources watch have the same answer.
      const alike = rows.has(permission) ? undefined : watchers.map((watcher) => watching.indexOf(watcher)).join();
      const known = alike === undefined ? undefined : unrecorded.get(alike);
      const seen = known ?? useStateOf({ ...recorded, created, observations, wouldTell }, this.#window);
      if (alike !== undefined) unrecorded.set(alike, seen);
      const implied = seen.state === 'unknown' && whole.state === 'unused' && !recorded.undated;
      const answer = this.#unlessManaged(implied ? { state: 'unused', sources: whole.sources } : seen);
      return {
        permission,
        state: answer.state,
        ...(recorded.lastUse === undefined ? {} : { lastUsed: timestampOf(recorded.lastUse) }),
        sources: answer.state === 'used' ? recorded.sources : answer.sources,
        ...(answer.why === undefined ? {} : { why: answer.why }),
      };
    });
  }

  #unlessManaged(answer: UseAnswer): UseAnswer {
    if (this.#identity.providerManaged !== true || answer.state === 'used') return answer;
    return { state: 'unknown', sources: [], why: managed };
  }
}

function servicePermission(service: string): string {
  const colon = service.indexOf(':');
  return `${(colon === -1 ? service : service.slice(0, colon)).toLowerCase()}:*`;
}

/** Whether a source would have shown any use of its subject at all, by whatever action. */
function seesEverything({ granularity, actions }: Observation): boolean {
  return granularity !== 'credential' && selectsAll(actions);
}

function seesCredentials({ granularity, actions }: Observation): boolean {
  return granularity === 'credential' && selectsAll(actions);
}

function windowOf({ now, windowDays }: UnusedQuestion): UseWindow {
  const instant = instantOf(now);
  if (instant === undefined) {
    throw new KeyreachError('bad-time', `not a time: ${quoteText(now)}; give \`now\` in RFC 3339`);
  }
  if (!(windowDays > 0 && windowDays <= mostDays)) {
    throw new KeyreachError('bad-window', `not a number of days: \`${windowDays}\`; give a positive number`);
  }
  return { now: instant, length: windowDays * DAY };
}

/** Longer than anything recorded, and short enough for every time to stay one. */
const mostDays = 100_000;
