import { KeyreachError } from '../graph/graph-error.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { CredentialNode, IdentityNode, Observation, Timestamp, Usage } from '../graph/model.ts';
import { quoteText } from '../graph/quote-text.ts';
import type { AccessCatalogue } from '../reach/access-class.ts';
import { ActionEvidence, type AnsweredCredential } from './action-evidence.ts';
import { type ActionGroups, type ActionUseOptions, actionGroups, actionUse, told } from './action-use.ts';
import type { GrantedActions } from './granted-actions.ts';
import { servicesOfActions } from './granted-services.ts';
import { madeBy } from './made-by.ts';
import { latest, recordedUse, rowsAsOf, silentSource, statedUse, withoutOldDoubts } from './recorded-use.ts';
import type { ActionUse, CredentialUse, IdentityUse, PermissionUse } from './results.ts';
import { selectsAll } from './selector-covers.ts';
import { ServiceEvidence } from './service-evidence.ts';
import { servicePermission } from './service-name.ts';
import { ageDays, DAY, instantOf, timestampOf } from './time.ts';
import { unlistedCredentials } from './unlisted-credentials.ts';
import { unusedRatio } from './unused-ratio.ts';
import { useSourceFor } from './use-sources.ts';
import { earliestStart, type UseAnswer, type UseWindow, useStateOf } from './use-state.ts';

/** What the use of one identity is asked with. */
export interface UnusedQuestion {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days. */
  readonly windowDays: number;
  /** Services the identity is granted something of, as `s3`, `s3:*` or `storage.*`. Undefined: nobody knows. */
  readonly grantedServices: readonly string[] | undefined;
  /** Actions it is granted. Absent: nobody knows, and nothing is said of single actions. */
  readonly grantedActions?: GrantedActions | undefined;
  /** Access classes of its provider, for weights. */
  readonly access?: AccessCatalogue | undefined;
  /** `actions`: each action is listed, of the identity and of each of its credentials; else they are counted. */
  readonly detail?: 'actions' | 'counts';
  /** Completes the sentence "would tell" for an action, where the provider can say more than one sentence for all. */
  readonly toldBy?: ((action: string) => string) | undefined;
}

/**
 * Use of one identity, of each of its credentials and of each service it is granted, within a window (findings 3.3,
 * aws.md 4.1). What no source could have seen is `unknown`, never unused.
 *
 * - The identity is used where use of it or of one of its credentials is recorded. It is unused where a source that sees
 *   any use of it saw none, or where that holds for each of its credentials and the input lists them all.
 * - Where nobody tells when it was made, earlier use of it and credentials made for it prove how old it is at least.
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

/**
 * Use of any one action by an identity within a window, whether it is granted or not, as {@link unusedOf} says of those
 * that are. A pattern stands for every action it matches.
 *
 * @throws KeyreachError as {@link unusedOf}.
 */
export function actionUseOf(
  graph: GraphIndex,
  identity: IdentityNode,
  question: Pick<UnusedQuestion, 'now' | 'windowDays' | 'access' | 'toldBy'>,
): (action: string) => PermissionUse {
  const { access, toldBy } = question;
  const evidence = new IdentityEvidence(graph, identity, { ...question, grantedServices: [] }).actions();
  return (action) => told(action, evidence.ofIdentity(action, toldBy?.(action)), access);
}

/**
 * The same for whoever takes patterns apart: an action by its name, as {@link actionUseOf}; of a pattern what it stands for
 * but for the actions that records name, which are asked for one by one.
 *
 * @throws KeyreachError as {@link unusedOf}.
 */
export function unrecordedUseOf(
  graph: GraphIndex,
  identity: IdentityNode,
  question: Pick<UnusedQuestion, 'now' | 'windowDays' | 'access' | 'toldBy'>,
): (action: string) => PermissionUse {
  const { access, toldBy } = question;
  const evidence = new IdentityEvidence(graph, identity, { ...question, grantedServices: [] }).actions();
  return (action) => {
    const answer = /[*?]/.test(action)
      ? evidence.ofUnrecorded(action, toldBy?.(action))
      : evidence.ofIdentity(action, toldBy?.(action));
    return told(action, answer, access);
  };
}

const managed = 'managed by the provider';

interface AnsweredUse extends AnsweredCredential {
  readonly use: CredentialUse;
}

interface JudgedActions {
  readonly evidence: ActionEvidence;
  readonly groups: ActionGroups;
  readonly services: ServiceEvidence;
  /** The services something is granted of. */
  readonly permissions: readonly string[];
}

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
    this.#question = question;
    this.#window = windowOf(question);
    const usage = rowsAsOf(graph.usageOf(identity.id), this.#window.now);
    this.#credentials = graph.credentialsOf(identity.id);
    this.#identity = withProvenAge(identity, usage, this.#credentials, earliestStart(this.#window));
    this.#usage = withoutOldDoubts(usage, earliestStart(this.#window));
    const subjects = [identity.id, ...graph.scopesOf(identity.id).map(({ id }) => id)];
    this.#observations = subjects.flatMap((subject) => graph.observationsOf(subject));
  }

  /** What is known of single actions. */
  actions(services: ServiceEvidence = this.#services(this.#answer().whole)): ActionEvidence {
    const { provider, type, providerManaged } = this.#identity;
    return new ActionEvidence({
      window: this.#window,
      created: madeBy(this.#identity, this.#window),
      usage: this.#usage,
      observations: this.#observations,
      service: (permission) => services.answer(permission),
      kept: providerManaged === true ? managed : undefined,
      wouldTell: {
        action: useSourceFor(provider, 'action', type),
        withCredential: useSourceFor(provider, 'action-by-credential', type),
      },
    });
  }

  #services(whole: UseAnswer): ServiceEvidence {
    return new ServiceEvidence({
      identity: this.#identity,
      window: this.#window,
      usage: this.#usage,
      observations: this.#observations,
      whole,
      unlessManaged: (answer) => this.#unlessManaged(answer),
    });
  }

  use(): IdentityUse {
    const { id, type, name } = this.#identity;
    const { whole: answer, lastUse, credentials } = this.#answer();
    const permissions = [...new Set((this.#question.grantedServices ?? []).map(servicePermission))].sort();
    const evidence = this.#services(answer);
    const services = permissions.map((permission) => evidence.ofIdentity(permission));
    const { counts, ratio } = unusedRatio(
      services,
      ({ state }) => state,
      () => 1,
    );
    const ungranted = 'which services it is granted is not known';
    const why = [answer.why, this.#question.grantedServices === undefined ? ungranted : undefined]
      .filter((part) => part !== undefined)
      .join('; ');
    const granted = this.#question.grantedActions;
    const judged = granted === undefined ? undefined : this.#judged(granted, evidence, permissions);
    return {
      id,
      type,
      name,
      state: answer.state,
      ...(lastUse === undefined ? {} : { lastUsed: timestampOf(lastUse) }),
      ...(why === '' ? {} : { why }),
      credentials: credentials.map((credential) =>
        judged === undefined ? credential.use : this.#withActions(credential, judged),
      ),
      services,
      counts,
      ratio,
      ...(judged === undefined ? {} : { actions: this.#actionUse(judged) }),
    };
  }

  /** The granted actions with the evidence about them. */
  #judged(granted: GrantedActions, services: ServiceEvidence, permissions: readonly string[]): JudgedActions {
    const evidence = this.actions(services);
    const granting = new Set([...permissions, ...servicesOfActions(granted).map(servicePermission)]);
    const answers = new Map([...granting].map((permission) => [permission, services.answer(permission)]));
    return { evidence, groups: actionGroups(granted, evidence, answers), services, permissions };
  }

  #actionUse({ evidence, groups }: JudgedActions): ActionUse {
    const { toldBy } = this.#question;
    return actionUse(groups, (action) => evidence.ofIdentity(action, toldBy?.(action)), this.#telling());
  }

  #telling(): ActionUseOptions {
    return { access: this.#question.access, list: this.#question.detail === 'actions' };
  }

  #withActions(
    { use, answer, credential }: AnsweredUse,
    { evidence, groups, services, permissions }: JudgedActions,
  ): CredentialUse {
    const { detail, toldBy } = this.#question;
    const answered = { credential, answer };
    return {
      ...use,
      actions: actionUse(
        groups,
        (action) => evidence.ofCredential(answered, action, toldBy?.(action)),
        this.#telling(),
      ),
      ...(detail === 'actions'
        ? { services: permissions.map((permission) => services.ofCredential(answered, permission)) }
        : {}),
    };
  }

  /** The identity as a whole, with its credentials. */
  #answer(): {
    readonly whole: UseAnswer;
    readonly lastUse: number | undefined;
    readonly credentials: readonly AnsweredUse[];
  } {
    const { type, provider, attributes } = this.#identity;
    const created = madeBy(this.#identity, this.#window);
    const recorded = recordedUse(this.#usage);
    const told = [attributes?.['lastUsed'], ...this.#credentials.map(({ lastUsed }) => ({ ...lastUsed }))];
    const stated = told.map((lastUsed) => statedUse(lastUsed, this.#window.now));
    const lastUse = latest([recorded.lastUse, ...stated.filter((time) => time !== 'undated')]);
    const undated = recorded.undated || stated.includes('undated');
    const doubt = recorded.perhaps === true && !stated.includes('undated') ? { perhaps: true as const } : {};
    const observations = this.#observations.filter(seesEverything);
    const silent = silentSource(attributes?.['lastUsed']);
    const wouldTell = useSourceFor(provider, 'identity', type, silent);
    const own = useStateOf({ lastUse, undated, ...doubt, created, observations, wouldTell, silent }, this.#window);

    const credentials = this.#credentials.map((credential) => this.#credential(credential, own));
    return { whole: this.#whole(own, undated, credentials), lastUse, credentials };
  }

  #credential(credential: CredentialNode, whole: UseAnswer): AnsweredUse {
    const { id, provider, type, status, lastUsed, created } = credential;
    const recorded = recordedUse(this.#usage.filter((row) => row.credential === id));
    const stated = statedUse({ ...lastUsed }, this.#window.now);
    const silent = silentSource({ ...lastUsed });
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
          wouldTell: useSourceFor(provider, 'credential', type, silent),
          silent,
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
    return { use, answer, credential };
  }

  /** The identity's answer, with what its credentials add where nothing watches it as a whole. */
  #whole(own: UseAnswer, undated: boolean, credentials: readonly AnsweredUse[]): UseAnswer {
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
      sources: [...new Set(credentials.flatMap(({ answer: { sources } }) => sources))].sort(),
      why: `${each} unused; one that was deleted would have left no trace`,
    };
  }

  #unlessManaged(answer: UseAnswer): UseAnswer {
    if (this.#identity.providerManaged !== true || answer.state === 'used') return answer;
    return { state: 'unknown', sources: [], why: managed };
  }
}

/**
 * The identity, where nobody tells when it was made (Google Cloud never does), with the earliest time at which it surely
 * existed, if that lies at or before `start` (milliseconds): it was used then, or a credential was made for it. A credential
 * that was perhaps made elsewhere and brought in (attribute `perhapsOlder`) proves nothing.
 */
function withProvenAge(
  identity: IdentityNode,
  usage: readonly Usage[],
  credentials: readonly CredentialNode[],
  start: number,
): IdentityNode {
  if (identity.created !== undefined) return identity;
  const seen = usage.filter(({ perhaps }) => perhaps !== true).flatMap(({ first, last }) => [first, last]);
  const made = credentials
    .filter(({ attributes }) => attributes?.['perhapsOlder'] !== true)
    .map(({ created }) => created);
  const times = [...seen, ...made].map(instantOf).filter((time) => time !== undefined && time <= start);
  const earliest = times.reduce((one, other) => (one === undefined || (other ?? one) < one ? other : one), undefined);
  return earliest === undefined ? identity : { ...identity, created: timestampOf(earliest) };
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
