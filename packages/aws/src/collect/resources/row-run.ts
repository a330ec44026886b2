import { isRecord, type RawRecord } from '@keyreach/core/input';
import { valuesAt } from '../../normalize/property-path.ts';
import type { AccountCalls, AwsCall, AwsReply, FailedCall, PagesResult } from '../calls.ts';
import type { CallProblems } from './call-problems.ts';
import { type CallInput, type DetailCall, type ResourceRow, type Told, typesOf } from './resource-row.ts';
import type { ListedResourceObject, Place } from './resources-file.ts';

/** What a task leads to is done in the next round, so that no task waits for another while it holds a place. */
export type Task = () => Promise<readonly Task[]>;

/** Runs tasks, and the tasks they lead to, side by side. */
export async function inRounds(tasks: readonly Task[], calls: AccountCalls): Promise<void> {
  for (let round = tasks; round.length > 0; ) round = (await calls.all(round)).flat();
}

/** What is found on the way. */
export interface Found {
  readonly resources: ListedResourceObject[];
  /** Types of which some may be missing. */
  readonly incomplete: Set<string>;
  readonly problems: CallProblems;
}

/** The tasks that list the resources of a row, in every region to read or once for the account. */
export function rowTasks(row: ResourceRow, calls: AccountCalls, found: Found): readonly Task[] {
  const { accountId, partition, regions } = calls;
  const places: readonly Place[] =
    row.scope === 'account' ? [{ accountId, partition }] : regions.map((region) => ({ accountId, partition, region }));
  return places.map((place) => () => list(row, place, {}, calls, found));
}

async function list(
  row: ResourceRow,
  place: Place,
  parent: RawRecord,
  calls: AccountCalls,
  found: Found,
): Promise<readonly Task[]> {
  if (row.list === undefined) return describe(row, {}, place, calls, found);
  const { items: path } = row.list;
  const { replies, failed } = await pagesOf(row, row.list, row.list.input?.(place, parent), place, calls);
  // A region without the service has none of its resources.
  if (failed !== undefined && failed.kind !== 'not-available') incomplete(row, failed, found);
  const items = replies.flatMap((reply) => itemsOf(reply, path));
  const { batch } = row;
  if (batch === undefined)
    return items.map((item) => () => describe(row, { ...item, ...inherited(parent) }, place, calls, found));
  const ids = items.flatMap(({ Id }) => (typeof Id === 'string' ? [Id] : []));
  const tasks: Task[] = [];
  for (let at = 0; at < ids.length; at += batch.size) {
    const input = batch.input(ids.slice(at, at + batch.size), parent);
    tasks.push(async () => {
      const call = callOf(row, batch, input, place);
      const result = await calls.send(call);
      if (!result.ok) incomplete(row, result.failed, found);
      // What was listed and is not described is gone, unless the reply has another reason.
      for (const error of result.ok ? otherReasons(result.reply) : []) {
        incomplete(row, { call, error, kind: 'other' }, found);
      }
      const described = result.ok ? itemsOf(result.reply, batch.items) : [];
      return described.map((item) => () => describe(row, { ...item, ...inherited(parent) }, place, calls, found));
    });
  }
  return tasks;
}

async function describe(
  row: ResourceRow,
  item: RawRecord,
  place: Place,
  calls: AccountCalls,
  found: Found,
): Promise<readonly Task[]> {
  const told = new Replies();
  const placeNow = (): Place => {
    const region = row.regionOf?.(item, told) ?? place.region;
    return region === undefined ? place : { ...place, region };
  };
  for (const detail of row.details ?? []) {
    for (const input of detail.inputs(item, told, placeNow())) {
      const { replies, failed } = await pagesOf(row, detail, input, placeNow(), calls);
      told.add(detail.name, replies);
      if (failed === undefined || detail.none?.includes(failed.error) === true) continue;
      if (row.list === undefined && failed.kind === 'not-available') return [];
      if (detail.describes === true) {
        if (failed.kind === 'not-found') return [];
        for (const type of typesOf(row)) found.incomplete.add(type);
      }
      told.fail(detail.name);
      found.problems.note(row.type, failed);
    }
  }
  const placed = placeNow();
  found.resources.push(...row.resources(item, told, placed));
  return (row.children ?? []).map((child) => () => list(child, placed, item, calls, found));
}

/** Children know the resource they belong to as `Parent`. */
function inherited(parent: RawRecord): RawRecord {
  return Object.keys(parent).length === 0 ? {} : { Parent: parent };
}

function incomplete(row: ResourceRow, failed: FailedCall, { incomplete: types, problems }: Found): void {
  for (const type of typesOf(row)) types.add(type);
  problems.note(row.type, failed);
}

function callOf(
  { service }: ResourceRow,
  { command, action }: Pick<DetailCall, 'command' | 'action'>,
  input: CallInput | undefined,
  { region }: Place,
): AwsCall {
  return {
    service,
    command,
    action,
    ...(input === undefined ? {} : { input }),
    ...(region === undefined ? {} : { region }),
  };
}

async function pagesOf(
  row: ResourceRow,
  how: Pick<DetailCall, 'command' | 'action' | 'paging'>,
  input: CallInput | undefined,
  place: Place,
  calls: AccountCalls,
): Promise<PagesResult> {
  const call = callOf(row, how, input, place);
  if (how.paging !== undefined) return calls.pages(call, how.paging);
  const result = await calls.send(call);
  return result.ok ? { replies: [result.reply] } : { replies: [], failed: result.failed };
}

/** Why a batch does not describe some of what was asked for, but for what is not there any more (ECS). */
function otherReasons(reply: AwsReply): readonly string[] {
  const reasons = valuesAt(reply, 'failures[]').map((failure) => (isRecord(failure) ? failure['reason'] : undefined));
  return reasons.flatMap((reason) => {
    if (reason === 'MISSING') return [];
    return [typeof reason === 'string' && /^\w{1,64}$/.test(reason) ? reason : 'NoReason'];
  });
}

function itemsOf(reply: AwsReply, path: string): readonly RawRecord[] {
  return valuesAt(reply, path).flatMap((value) => {
    if (typeof value === 'string') return [{ Id: value }];
    return isRecord(value) ? [value] : [];
  });
}

/** What the calls about one resource gave, as they come. */
class Replies implements Told {
  readonly #replies = new Map<string, AwsReply[]>();
  readonly #failed = new Set<string>();

  add(name: string, replies: readonly AwsReply[]): void {
    const known = this.#replies.get(name);
    if (known === undefined) this.#replies.set(name, [...replies]);
    else known.push(...replies);
  }

  fail(name: string): void {
    this.#failed.add(name);
  }

  reply(name: string): AwsReply | undefined {
    return this.#replies.get(name)?.[0];
  }

  replies(name: string): readonly AwsReply[] {
    return this.#replies.get(name) ?? [];
  }

  unread(paths: Readonly<Record<string, string>>): readonly string[] {
    return Object.entries(paths).flatMap(([name, path]) => (this.#failed.has(name) ? [path] : []));
  }
}
