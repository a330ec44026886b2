import { createHash } from 'node:crypto';
import type { BundleWriter, CollectClock, CollectProgress, CollectState, PartState } from '@keyreach/core/collection';
import type { Gap, Timestamp } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import { accountScopeId } from '../bundle/arn.ts';
import { type AccountRegions, readRegions } from './account-regions.ts';
import type { AccountSession } from './account-session.ts';
import type { CallSender } from './call-sender.ts';
import { DETAILS_FILE } from './iam-details-part.ts';
import { notCollected } from './organization.ts';
import type { CollectPart, PartProgress, UserNames } from './part.ts';
import { PartCalls, whyItFailed } from './part-calls.ts';

/** One account of a collection, and what it shares with the others. */
export interface AccountCollectionOptions {
  readonly accountId: string;
  readonly partition: string;
  /** Role to assume; undefined: the account is the caller's own. */
  readonly roleArn: string | undefined;
  readonly session: AccountSession;
  readonly sender: CallSender;
  readonly files: BundleWriter;
  readonly state: CollectState;
  readonly clock: CollectClock;
  readonly progress: CollectProgress<PartProgress>;
  readonly now: Timestamp;
  readonly runAt: Timestamp;
  /** Regions that were asked for; undefined: all. */
  readonly regions: readonly string[] | undefined;
  readonly managementAccount: string | undefined;
  readonly parts: readonly CollectPart[];
}

const REGIONS = 'regions';

/** Reads the parts of one account that an earlier run has not. */
export class AccountCollection {
  readonly accountId: string;
  readonly parts: readonly CollectPart[];
  readonly #of: AccountCollectionOptions;
  readonly #gaps = new Map<string, readonly Gap[]>();
  #refused: Gap | undefined;
  #users: Promise<UserNames> | undefined;

  constructor(options: AccountCollectionOptions) {
    this.#of = options;
    this.accountId = options.accountId;
    this.parts = options.parts;
  }

  /** What could not be read, or was not yet. */
  get gaps(): readonly Gap[] {
    const { partition } = this.#of;
    return [
      ...(this.#refused === undefined ? [] : [this.#refused]),
      ...(this.#gaps.get(REGIONS) ?? []),
      ...this.parts.flatMap((part): readonly Gap[] => {
        const { what } = part;
        const scope = accountScopeId(this.accountId, partition);
        const why = 'the collection stopped before it was read';
        const stopped: Gap = { scope, what, why, fix: 'run the same command again', kind: 'not-collected' };
        return this.#gaps.get(stateName(part)) ?? (this.#refused === undefined ? [stopped] : []);
      }),
    ];
  }

  /** @throws KeyreachError `cancelled`, `expired-credentials`, `cannot-write`. */
  async run(): Promise<void> {
    const { state, progress, session } = this.#of;
    const pending: CollectPart[] = [];
    for (const part of this.parts) {
      const done = await this.#done(part);
      if (done === undefined) {
        pending.push(part);
        continue;
      }
      this.#gaps.set(stateName(part), done.gaps);
      progress.end(this.accountId, part.name, true);
    }
    if (pending.length === 0) {
      // Nobody asked for the regions where they were given.
      if (this.#of.regions === undefined) this.#gaps.set(REGIONS, state.get(this.accountId, REGIONS)?.gaps ?? []);
      return;
    }
    const opened = await session.open();
    if (!opened.ok) {
      this.#refuse(opened.failed);
      for (const { name } of pending) progress.end(this.accountId, name, false);
      return;
    }
    const regions = await this.#regions();
    const [first, ...others] = pending;
    // The other parts go by the users that the first finds.
    if (first !== undefined) await this.#read(first, regions);
    const ended = await Promise.allSettled(others.map((part) => this.#read(part, regions)));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  /** What an earlier run made of a part; undefined where it is to be read. */
  async #done(part: CollectPart): Promise<PartState | undefined> {
    const { state, files } = this.#of;
    const known = state.get(this.accountId, stateName(part));
    const isThere = part.file !== undefined && (await files.has(this.#path(part.file)));
    if (known === undefined) {
      if (!isThere || !state.adopts(accountScopeId(this.accountId, this.#of.partition))) return undefined;
      const adopted: PartState = { gaps: [], again: false, wrote: true };
      await state.set(this.accountId, stateName(part), adopted);
      return adopted;
    }
    if (known.again || (known.wrote && part.file !== undefined && !isThere)) return undefined;
    // What somebody put there says itself what it is of.
    if (part.regional !== true || known.regions === undefined) return known;
    const { regions } = this.#of;
    const isSame = regions === undefined ? known.all === true : known.all !== true && sameNames(known.regions, regions);
    return isSame ? known : undefined;
  }

  async #read(part: CollectPart, { regions, all }: AccountRegions): Promise<void> {
    const { partition, session, sender, files, state, clock, progress, now, runAt, managementAccount } = this.#of;
    progress.begin(this.accountId, part.name);
    const calls = new PartCalls({ accountId: this.accountId, partition, regions }, session, sender);
    const value = await part.run(calls, {
      files,
      clock,
      now,
      runAt,
      allRegions: all,
      ...(managementAccount === undefined ? {} : { managementAccount }),
      users: () => {
        this.#users ??= this.#listUsers(calls);
        return this.#users;
      },
      progress: (detail) => progress.begin(this.accountId, part.name, detail),
    });
    const wrote = part.file !== undefined && value !== undefined;
    if (part.file !== undefined && !wrote && calls.gaps.length === 0) {
      calls.gap({ what: part.what, why: 'nothing of it could be read' });
    }
    const { gaps } = calls;
    const path = part.file === undefined ? undefined : this.#path(part.file);
    // What an earlier run wrote must not stand beside the gaps of this one.
    if (path !== undefined && state.get(this.accountId, stateName(part))?.wrote === true) await files.remove(path);
    // Before the file: a file without its gaps would pass for whole.
    await state.set(this.accountId, stateName(part), {
      gaps,
      // A part with files of its own knows itself what it has.
      again: gaps.length > 0 && (calls.mayPass || part.file === undefined || !wrote),
      ...(part.regional === true ? { regions, all } : {}),
      wrote,
    });
    if (path !== undefined && value !== undefined) {
      if (typeof value === 'string') await files.writeText(path, value);
      else await files.writeJson(path, value);
    }
    this.#gaps.set(stateName(part), gaps);
    progress.end(this.accountId, part.name, false);
  }

  async #regions(): Promise<AccountRegions> {
    const { state, partition, session, sender, regions, progress } = this.#of;
    if (regions !== undefined) return { regions: [...new Set(regions)].sort(), all: false };
    const known = state.get(this.accountId, REGIONS);
    if (known?.again === false && known.regions !== undefined) {
      this.#gaps.set(REGIONS, known.gaps);
      return { regions: known.regions, all: known.all === true };
    }
    progress.begin(this.accountId, REGIONS);
    const calls = new PartCalls({ accountId: this.accountId, partition, regions: [] }, session, sender);
    const found = await readRegions(calls);
    const { gaps } = calls;
    const { regions: names, all } = found;
    await state.set(this.accountId, REGIONS, { gaps, again: gaps.length > 0, regions: names, all, wrote: false });
    this.#gaps.set(REGIONS, gaps);
    return found;
  }

  async #listUsers(calls: PartCalls): Promise<UserNames> {
    const details = await this.#of.files.readJson(this.#path(DETAILS_FILE));
    const list = isRecord(details) && details['IsTruncated'] !== true ? details['UserDetailList'] : undefined;
    if (Array.isArray(list)) return namesOf(list);
    const { replies, failed } = await calls.pages(
      { service: 'iam', command: 'ListUsers', action: 'iam:ListUsers' },
      { reply: 'Marker', request: 'Marker' },
    );
    if (failed !== undefined) {
      calls.failed('users', failed);
      return undefined;
    }
    return namesOf(replies.flatMap(({ Users }) => (Array.isArray(Users) ? (Users as readonly unknown[]) : [])));
  }

  #refuse(failed: Parameters<typeof whyItFailed>[0]): void {
    const { partition, roleArn } = this.#of;
    const { why } = whyItFailed(failed);
    const role = roleArn === undefined ? 'the role' : `\`${roleArn}\``;
    this.#refused = notCollected(
      accountScopeId(this.accountId, partition),
      why,
      `make ${role}, let it trust the caller, and allow the caller \`sts:AssumeRole\` on it`,
    );
  }

  #path(file: string): string {
    return `accounts/${this.accountId}/${file}`;
  }
}

function namesOf(users: readonly unknown[]): readonly string[] {
  const names = users.flatMap((user) =>
    isRecord(user) && typeof user['UserName'] === 'string' ? [user['UserName']] : [],
  );
  return [...new Set(names)].sort();
}

function sameNames(done: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return [...new Set(done)].sort().join() === [...new Set(wanted)].sort().join();
}

/** Name of a part in the state: one that was asked for something else is to be read. */
function stateName({ name, asked }: CollectPart): string {
  if (asked === undefined) return name;
  return `${name} ${createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16)}`;
}
