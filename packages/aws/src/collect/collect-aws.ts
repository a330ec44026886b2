import { setMaxListeners } from 'node:events';
import { BundleWriter, type CollectClock, CollectProgress, CollectState, systemClock } from '@keyreach/core/collection';
import { type Gap, KeyreachError, type Timestamp } from '@keyreach/core/graph';
import { MANIFEST_FILE, readTimestamp } from '@keyreach/core/input';
import { accountScopeId, isAccountId } from '../bundle/arn.ts';
import { AccountCollection } from './account-collection.ts';
import { type AccountSession, ownSession, roleSession } from './account-session.ts';
import { CallSender } from './call-sender.ts';
import { type Caller, identifyCaller } from './caller-identity.ts';
import { collectOrganization, ORGANIZATION } from './collect-organization.ts';
import { notCollected, type OrganizationFacts } from './organization.ts';
import type { AwsCollectEvent, CollectPart, PartProgress } from './part.ts';
import { PartCalls } from './part-calls.ts';
import { COLLECT_PARTS } from './parts.ts';
import { type AggregatedResources, type ConfigAggregator, readConfigAggregator } from './resources/index.ts';
import { withAggregator } from './resources/resources-part.ts';
import { type ClientFactory, sdkClients } from './sdk-clients.ts';

/** What to collect, and with what. */
export interface CollectOptions {
  /** Directory of the bundle; made if it is not there. */
  readonly output: string;
  /** Time of the collection, RFC 3339. */
  readonly now: Timestamp;
  /** Role that is assumed in each account but the caller's own. Default `KeyreachAudit`. */
  readonly roleName?: string;
  /** External id that the role asks for. Never written anywhere. */
  readonly externalId?: string;
  /** Only these accounts. Default: every active account of the organization. */
  readonly accounts?: readonly string[];
  /** Only these regions. Default: all that are enabled, account by account. */
  readonly regions?: readonly string[];
  /** Region of calls that name none. Default: that of the environment or the profile. */
  readonly region?: string;
  /** Calls at a time. Default 10. */
  readonly concurrency?: number;
  /** Collects anew what the directory holds already. */
  readonly refresh?: boolean;
  /** What to collect of each account. Default {@link COLLECT_PARTS}. */
  readonly parts?: readonly CollectPart[];
  /**
   * An aggregator of AWS Config in the caller's account: resources of types it has whole are taken from it, for all accounts
   * by one query for each type (aws.md 3.7).
   */
  readonly configAggregator?: ConfigAggregator;
  /** Default: clients of the AWS SDK with its default credentials. */
  readonly clients?: ClientFactory;
  /** Default: the clock of the machine. */
  readonly clock?: CollectClock;
  /** Stops the collection: what is finished stays on disk. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: AwsCollectEvent) => void;
}

/** How a collection ended. */
export interface CollectResult {
  /** Accounts that were to be read, sorted. */
  readonly accounts: readonly string[];
  /** What could not be read, as the manifest has it. */
  readonly gaps: readonly Gap[];
  /** Calls that this run made. */
  readonly callsMade: number;
}

const ROLE_NAME = 'KeyreachAudit';
const CONCURRENCY = 10;

/** Accounts at a time. */
const ACCOUNTS = 4;

/**
 * Collects an organization, or one account, into a bundle (aws.md 3). Only calls that read are made. What the directory
 * holds from an earlier run is not asked again; what could not be read then is. Everything that could not be read is a gap
 * in `keyreach-bundle.json`, which is also written where the collection stops early.
 *
 * @throws KeyreachError `bad-option` for options that cannot be used; `no-credentials` where AWS knows no caller;
 * `cannot-write` where the directory cannot be written; `other-collection` where it holds that of another account or provider; `expired-credentials` and `cancelled` where it stopped early:
 * run it again and it goes on.
 * @example
 * ```ts
 * const { gaps } = await collectAws({ output: 'bundle', now: new Date().toISOString() });
 * ```
 */
export async function collectAws(options: CollectOptions): Promise<CollectResult> {
  checkOptions(options);
  const stop = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, stop.signal);
  const cancel = (): void => stop.abort();
  if (options.signal?.aborted === true) cancel();
  options.signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await new Collection(options, stop, await BundleWriter.open(options.output)).run();
  } finally {
    options.signal?.removeEventListener('abort', cancel);
  }
}

/** One run. */
class Collection {
  readonly #options: CollectOptions;
  readonly #stop: AbortController;
  readonly #files: BundleWriter;
  readonly #clock: CollectClock;
  readonly #progress: CollectProgress<PartProgress>;
  readonly #sender: CallSender;
  readonly #own: AccountSession;
  readonly #gaps: Gap[] = [];
  #aggregated: Promise<AggregatedResources> | undefined;

  constructor(options: CollectOptions, stop: AbortController, files: BundleWriter) {
    this.#options = options;
    this.#stop = stop;
    this.#files = files;
    this.#clock = options.clock ?? systemClock(stop.signal);
    this.#progress = new CollectProgress(this.#clock, options.onProgress);
    this.#sender = new CallSender({
      concurrency: options.concurrency ?? CONCURRENCY,
      signal: stop.signal,
      onCall: () => this.#progress.called(),
    });
    this.#own = ownSession({ clients: options.clients ?? sdkClients, region: options.region });
  }

  async run(): Promise<CollectResult> {
    const caller = await identifyCaller(this.#own, this.#sender);
    const state = await CollectState.open(this.#files, {
      now: this.#options.now,
      refresh: this.#options.refresh === true,
      provider: 'aws',
      caller: accountScopeId(caller.accountId, caller.partition),
    });
    const accounts: AccountCollection[] = [];
    try {
      const facts = await this.#organization(caller, state);
      for (const accountId of this.#accountsToRead(caller, facts)) {
        accounts.push(this.#account(accountId, caller, facts, state));
      }
      this.#tellUnasked(caller, accounts);
      for (const account of accounts) this.#progress.expect(account.parts.length);
      // What is stopped so that it can write nothing any more leaves a bundle that says so.
      await this.#writeManifest(state, accounts);
      await this.#readAll(accounts);
    } finally {
      await this.#writeManifest(state, accounts);
    }
    return {
      accounts: accounts.map(({ accountId }) => accountId),
      gaps: this.#allGaps(accounts, state),
      callsMade: this.#progress.callsMade,
    };
  }

  async #organization(caller: Caller, state: CollectState): Promise<OrganizationFacts> {
    this.#progress.begin(caller.accountId, 'organization');
    try {
      const { facts, gaps } = await collectOrganization(caller, this.#own, this.#sender, this.#files, state);
      this.#gaps.push(...gaps);
      return facts;
    } catch (error) {
      const scope = accountScopeId(caller.accountId, caller.partition);
      const why = 'the collection stopped before it was read';
      this.#gaps.push({ scope, what: 'organization', why, fix: 'run the same command again', kind: 'not-collected' });
      throw error;
    }
  }

  /** Active accounts, sorted; those that are left out are gaps. */
  #accountsToRead({ accountId, partition }: Caller, { accounts }: OrganizationFacts): readonly string[] {
    const wanted = this.#options.accounts;
    const ids = new Set(wanted ?? (accounts === undefined ? [accountId] : []));
    for (const { id, state } of accounts ?? []) {
      const scope = accountScopeId(id, partition);
      const isActive = state === undefined || state === 'ACTIVE';
      if (!isActive) {
        this.#gaps.push(notCollected(scope, `its state is \`${state}\`; only active accounts can be read`));
        ids.delete(id);
      } else if (wanted === undefined) {
        ids.add(id);
      } else if (!ids.has(id)) {
        this.#gaps.push(notCollected(scope, 'it is not among the accounts that were asked for'));
      }
    }
    return [...ids].sort();
  }

  /** What only the caller's own account can be asked for is a gap where that account is left out. */
  #tellUnasked({ accountId, partition }: Caller, accounts: readonly AccountCollection[]): void {
    if (accounts.some((account) => account.accountId === accountId)) return;
    for (const { accounts: about, what } of this.#options.parts ?? COLLECT_PARTS) {
      if (about !== 'caller') continue;
      const why = 'it is read with the account of the caller, which is not among the accounts that were asked for';
      const fix = `ask for account \`${accountId}\` as well`;
      this.#gaps.push({ ...notCollected(accountScopeId(accountId, partition), why, fix), what });
    }
  }

  #account(accountId: string, caller: Caller, facts: OrganizationFacts, state: CollectState): AccountCollection {
    const { clients = sdkClients, region, regions, roleName = ROLE_NAME } = this.#options;
    const isOwn = accountId === caller.accountId;
    const roleArn = `arn:${caller.partition}:iam::${accountId}:role/${roleName}`;
    const session = isOwn
      ? this.#own
      : roleSession({
          clients,
          region,
          roleArn,
          externalId: this.#options.externalId,
          clock: this.#clock,
          assume: (input) =>
            this.#sender.sendNow(this.#own, { service: 'sts', command: 'AssumeRole', action: 'sts:AssumeRole', input }),
        });
    const identityCenter = facts.identityCenterAdministrators.includes(caller.accountId)
      ? caller.accountId
      : (facts.managementAccount ?? caller.accountId);
    return new AccountCollection({
      accountId,
      partition: caller.partition,
      roleArn: isOwn ? undefined : roleArn,
      session,
      sender: this.#sender,
      files: this.#files,
      state,
      clock: this.#clock,
      progress: this.#progress,
      now: state.collectedAt,
      runAt: this.#options.now,
      regions,
      managementAccount: facts.managementAccount,
      parts: this.#parts(caller).filter(({ accounts: about }) => {
        if (about === 'identity-center') return accountId === identityCenter;
        return about === undefined || isOwn;
      }),
    });
  }

  #parts(caller: Caller): readonly CollectPart[] {
    const { parts = COLLECT_PARTS, configAggregator } = this.#options;
    if (configAggregator === undefined) return parts;
    return withAggregator(parts, () => {
      this.#aggregated ??= this.#readAggregator(caller, configAggregator);
      return this.#aggregated;
    });
  }

  /** Read once for all accounts, when the first of them needs it. */
  async #readAggregator(caller: Caller, aggregator: ConfigAggregator): Promise<AggregatedResources> {
    const calls = new PartCalls({ ...caller, regions: [] }, this.#own, this.#sender);
    const read = await readConfigAggregator(calls, aggregator);
    this.#gaps.push(...calls.gaps);
    return read;
  }

  /** A few accounts at a time; the first failure stops the others, and all have ended when this does. */
  async #readAll(accounts: readonly AccountCollection[]): Promise<void> {
    const failures: unknown[] = [];
    const waiting = [...accounts];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
        try {
          await next.run();
        } catch (error) {
          failures.push(error);
          this.#stop.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: ACCOUNTS }, work));
    // The first is the reason; that the others were cancelled follows from it.
    if (failures.length > 0) throw failures[0];
  }

  /** Those of this run, and those of accounts that an earlier run read into the same bundle. */
  #allGaps(accounts: readonly AccountCollection[], state: CollectState): readonly Gap[] {
    const owners = new Set([ORGANIZATION, ...accounts.map(({ accountId }) => accountId)]);
    return [...this.#gaps, ...accounts.flatMap(({ gaps }) => gaps), ...state.gapsBeside(owners)];
  }

  async #writeManifest(state: CollectState, accounts: readonly AccountCollection[]): Promise<void> {
    await this.#files.writeJson(MANIFEST_FILE, {
      format: 'keyreach-bundle/1',
      provider: 'aws',
      collectedAt: state.collectedAt,
      gaps: this.#allGaps(accounts, state),
    });
  }
}

function checkOptions({
  now,
  parts = COLLECT_PARTS,
  roleName,
  accounts = [],
  regions = [],
  region,
  concurrency = CONCURRENCY,
  configAggregator,
}: CollectOptions): void {
  if (readTimestamp(now) === undefined) throw new KeyreachError('bad-option', `\`${now}\` is no time`);
  const names = parts.map(({ name, asked }) => JSON.stringify([name, asked]));
  const twice = parts.find((_, index) => names.indexOf(names[index] ?? '') < index);
  if (twice !== undefined) throw new KeyreachError('bad-option', `\`${twice.name}\` is asked for twice`);
  if (roleName !== undefined && !/^[\w+=,.@-]{1,64}$/.test(roleName.slice(roleName.lastIndexOf('/') + 1))) {
    throw new KeyreachError('bad-option', `\`${roleName}\` is no name of a role`);
  }
  for (const account of accounts) {
    if (!isAccountId(account))
      throw new KeyreachError('bad-option', `\`${account}\` is no account id, expected 12 digits`);
  }
  const named = [region, configAggregator?.region].filter((one) => one !== undefined);
  for (const one of [...regions, ...named]) {
    if (!/^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/.test(one))
      throw new KeyreachError('bad-option', `\`${one}\` is no region`);
  }
  if (configAggregator !== undefined && !/^[\w-]{1,256}$/.test(configAggregator.name)) {
    throw new KeyreachError('bad-option', `\`${configAggregator.name}\` is no name of an aggregator`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 200) {
    throw new KeyreachError('bad-option', `\`${concurrency}\` calls at a time, expected 1 to 200`);
  }
}
