import type { RawRecord } from '@keyreach/core/input';
import type { ResourceTypeName } from '../../normalize/workload-roles.ts';
import type { AwsReply, Paging } from '../calls.ts';
import type { ListedResourceObject, Place } from './resources-file.ts';

/** Input of a call. */
export type CallInput = Readonly<Record<string, unknown>>;

/** The call that lists the resources of a row. */
export interface ListCall {
  readonly command: string;
  /** IAM action it needs. */
  readonly action: string;
  readonly paging?: Paging;
  /** Path of the resources in a reply (see `valuesAt`). A name `x` counts as `{ Id: x }`. */
  readonly items: string;
  /** `parent`: the resource that a row of children is about. */
  readonly input?: (place: Place, parent: RawRecord) => CallInput;
}

/** A call that describes several of the listed at once. */
export interface BatchCall {
  readonly command: string;
  readonly action: string;
  /** Most that one call takes. */
  readonly size: number;
  readonly input: (ids: readonly string[], parent: RawRecord) => CallInput;
  readonly items: string;
}

/** A call about one resource. */
export interface DetailCall {
  /** What {@link Told} calls it. */
  readonly name: string;
  readonly command: string;
  readonly action: string;
  /** Inputs of the calls to make; none where there is nothing to ask. */
  readonly inputs: (item: RawRecord, told: Told, place: Place) => readonly CallInput[];
  readonly paging?: Paging;
  /** Errors that mean that there is none. */
  readonly none?: readonly string[];
  /** True where it tells what the resource is: one that is gone meanwhile is no resource any more. */
  readonly describes?: true;
}

/** What the calls about one resource gave. */
export interface Told {
  /** The first reply; undefined where there is none, or it could not be read. */
  reply(name: string): AwsReply | undefined;
  /** Every reply of every page. */
  replies(name: string): readonly AwsReply[];
  /** The paths of those calls that failed, of a map from the names of calls to paths. */
  unread(paths: Readonly<Record<string, string>>): readonly string[];
}

/** A type of resource, and how it is read: one row for each. */
export interface ResourceRow {
  readonly type: ResourceTypeName;
  /** Types of other resources that its calls bring: policies that are resources of their own, versions in use. */
  readonly brings?: readonly ResourceTypeName[];
  /** SDK client, as in the name of its package. */
  readonly service: string;
  /** Whether it is listed in each region, or once for the account. */
  readonly scope: 'region' | 'account';
  /** Absent for what there is one of, or none, in each region or account: its details tell. */
  readonly list?: ListCall;
  readonly batch?: BatchCall;
  /** In the order they are made: a later one may ask what an earlier one told. */
  readonly details?: readonly DetailCall[];
  /** Region of a resource that is listed for the account. */
  readonly regionOf?: (item: RawRecord, told: Told) => string | undefined;
  /** What to write; nothing for what is no resource. */
  readonly resources: (item: RawRecord, told: Told, place: Place) => readonly ListedResourceObject[];
  /** Rows listed for each of its resources. */
  readonly children?: readonly ResourceRow[];
}

/** All types that a row and its children list. */
export function typesOf(row: ResourceRow): readonly ResourceTypeName[] {
  return [row.type, ...(row.brings ?? []), ...(row.children ?? []).flatMap(typesOf)];
}

/** All IAM actions that a row and its children need. */
export function actionsOf(row: ResourceRow): readonly string[] {
  const own = [row.list, row.batch, ...(row.details ?? [])];
  return [
    ...own.flatMap((call) => (call === undefined ? [] : [call.action])),
    ...(row.children ?? []).flatMap(actionsOf),
  ];
}
