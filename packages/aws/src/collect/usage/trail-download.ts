import { gunzipSync, gzipSync } from 'node:zlib';
import { allEnded } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsCall, AwsReply } from '../calls.ts';
import { RUN_AGAIN } from '../part-calls.ts';
import { reducedRecord } from './reduced-record.ts';
import { daysBefore, type UsageContext } from './usage-context.ts';

/** Where a trail puts its files, and which of them are wanted. */
export interface TrailDownloadOptions {
  readonly bucket: string;
  /** Region of the bucket. */
  readonly region: string;
  /** What the trail puts before `AWSLogs/`, without a slash at the end. */
  readonly prefix?: string;
  /** `o-…`, for the trail of an organization. */
  readonly organizationId?: string;
  readonly accounts: readonly string[];
  /** Regions whose calls are wanted; absent: those of the collection, and those that the bucket has files of. */
  readonly regions?: readonly string[];
  /** Days back from now; absent: 90. */
  readonly days?: number;
}

/** IAM actions of the calls; where the files are encrypted with a key of the customer, also `kms:Decrypt`. */
export const TRAIL_DOWNLOAD_ACTIONS: readonly string[] = ['s3:GetObject', 's3:ListBucket'];

/** Files that are fetched at one time. */
const LANES = 8;
/** Size of a file as delivered, and unpacked; CloudTrail's own are a few MB. */
const MAX_PACKED = 64 * 1024 * 1024;
const MAX_UNPACKED = 1024 * 1024 * 1024;

/** Account, region and day of a log file of CloudTrail; digests and insights lie in other directories. */
const FILE =
  /^(?<account>\d{12})_CloudTrail_(?<region>[a-z]{2}[a-z0-9-]{1,30})_(?<time>\d{8}T\d{4}Z)_[A-Za-z0-9]{1,64}\.json\.gz$/;

/**
 * Fetches the CloudTrail files of some days into `accounts/ID/cloudtrail/REGION/YYYY/MM/DD/`, but those that are there.
 * Records are stored without secrets: with nothing but what rows of use are made of. Files that cannot be read, and places that
 * cannot be listed, are gaps; `accounts/ID/cloudtrail/trail-files.json` says of which regions all files are there.
 * @throws KeyreachError `bad-account` and `bad-region` for names that are none.
 */
export async function collectTrailFiles(
  calls: AccountCalls,
  options: TrailDownloadOptions,
  context: UsageContext,
): Promise<void> {
  const { accounts, days = 90 } = options;
  checkTrailDownload(options);
  const day = daysBefore(context.now, days).slice(0, 10);
  const from = day.replaceAll('-', '/');
  // What is not fetched in the end proves nothing by its silence.
  const note = (account: string, read: readonly string[], facts: { complete: boolean; all?: boolean }): Promise<void> =>
    context.files.writeJson(`accounts/${account}/cloudtrail/trail-files.json`, {
      regions: [...new Set(read)].sort(),
      from: `${day}T00:00:00.000Z`,
      to: context.runAt,
      ...facts,
    });
  const filled = new Map<string, ReadonlySet<string> | undefined>();
  const places: { readonly account: string; readonly region: string }[] = [];
  for (const account of accounts) {
    const there = await regionsWithFiles(calls, options, account);
    filled.set(account, there);
    const regions = options.regions ?? [...new Set([...calls.regions, ...(there ?? [])])].sort();
    await note(account, regions, { complete: false });
    for (const region of regions) places.push({ account, region });
  }
  const begin = context.clock.milliseconds();
  let done = 0;
  const found = new Set<string>();
  const unread = new Set<string>();
  const whole = new Map<string, string[]>(accounts.map((account) => [account, []]));
  for (const [index, { account, region }] of places.entries()) {
    const base = `accounts/${account}/cloudtrail/${region}`;
    const prefix = `${placeOf(options, account)}${region}/`;
    let missed = 0;
    const isListed = await eachListing(
      calls,
      options,
      { prefix, after: `${prefix}${from}` },
      `${account} in ${region}`,
      async (objects) => {
        const { files: open, logs } = await missing(objects, { prefix, account, region, base }, context);
        if (logs > 0) found.add(account);
        const lane = async (): Promise<void> => {
          for (let file = open.shift(); file !== undefined; file = open.shift()) {
            if (await fetchFile(calls, options, file, context)) done++;
            else missed++;
          }
        };
        await allEnded(Array.from({ length: Math.min(LANES, open.length) }, lane));
      },
    );
    if (!isListed) unread.add(account);
    else if (missed === 0) whole.get(account)?.push(region);
    const share = (index + 1) / places.length;
    const millisecondsLeft = Math.round(((context.clock.milliseconds() - begin) * (1 - share)) / share);
    context.progress?.({ source: 'cloudtrail-files', account, share, done, millisecondsLeft });
  }
  // A quiet region has no files; an account without any is one that lies elsewhere.
  for (const account of accounts.filter((one) => !found.has(one) && !unread.has(one))) {
    const why = `the bucket has no log file of ${account} from the last ${days} days in any region that was asked for`;
    calls.gap({ what: `CloudTrail files of ${account}`, why, fix: 'check bucket, prefix and organization' });
  }
  for (const [account, read] of whole) {
    if (!found.has(account) || read.length === 0) continue;
    const there = filled.get(account);
    const all = there !== undefined && [...there].every((region) => read.includes(region));
    await note(account, read, { complete: true, all });
  }
}

/** Where a trail puts the files of an account. */
function placeOf({ prefix, organizationId }: TrailDownloadOptions, account: string): string {
  const parts = [prefix, 'AWSLogs', organizationId, account, 'CloudTrail', ''];
  return parts.filter((part) => part !== undefined).join('/');
}

/** Regions that the bucket has files of an account of; undefined, after a gap, where nobody can tell. */
async function regionsWithFiles(
  calls: AccountCalls,
  options: TrailDownloadOptions,
  account: string,
): Promise<ReadonlySet<string> | undefined> {
  const prefix = placeOf(options, account);
  const input = { Bucket: options.bucket, Prefix: prefix, Delimiter: '/' };
  const { replies, failed } = await calls.pages(s3(options, 'ListObjectsV2', 's3:ListBucket', input), {
    reply: 'NextContinuationToken',
    request: 'ContinuationToken',
  });
  if (failed !== undefined) {
    calls.failed(`CloudTrail files of ${account}`, failed);
    return undefined;
  }
  const places = replies.flatMap(({ CommonPrefixes: inner }) => (Array.isArray(inner) ? (inner as unknown[]) : []));
  const names = places.flatMap((place) =>
    isRecord(place) && typeof place['Prefix'] === 'string' ? [place['Prefix']] : [],
  );
  return new Set(names.map((name) => name.slice(prefix.length, -1)).filter((region) => REGION.test(region)));
}

const REGION = /^[a-z]{2}[a-z0-9-]{1,30}$/;

/** Throws KeyreachError `bad-account` and `bad-region` for names that could mean another place. */
export function checkTrailDownload({ accounts, regions = [] }: TrailDownloadOptions): void {
  checkNames(accounts, /^\d{12}$/, 'bad-account', 'account id');
  checkNames(regions, REGION, 'bad-region', 'region');
}

function checkNames(names: readonly string[], form: RegExp, code: string, expected: string): void {
  const wrong = names.find((name) => !form.test(name));
  if (wrong !== undefined) throw new KeyreachError(code, `\`${wrong.slice(0, 100)}\` is no ${expected}`);
}

interface LogFile {
  readonly key: string;
  readonly size: number;
  /** Where it is put in the bundle. */
  readonly path: string;
}

/** Lists a place page by page; true where it was listed to its end. A failure is a gap. */
async function eachListing(
  calls: AccountCalls,
  options: TrailDownloadOptions,
  { prefix, after }: { readonly prefix: string; readonly after: string },
  where: string,
  take: (objects: readonly AwsReply[]) => Promise<void>,
): Promise<boolean> {
  const what = `CloudTrail files of ${where}`;
  const first = { Bucket: options.bucket, Prefix: prefix, StartAfter: after };
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const input = token === undefined ? first : { ...first, ContinuationToken: token };
    const listed = await calls.send(s3(options, 'ListObjectsV2', 's3:ListBucket', input));
    if (!listed.ok) {
      calls.failed(what, listed.failed);
      return false;
    }
    const { Contents: objects, NextContinuationToken: next } = listed.reply;
    await take(Array.isArray(objects) ? objects : []);
    if (typeof next !== 'string' || next === '') return true;
    if (seen.has(next)) {
      calls.gap({ what, why: 'the bucket was listed without an end' });
      return false;
    }
    seen.add(next);
    token = next;
  }
}

/**
 * The log files among some objects that are not in the bundle yet, and how many log files there are. A name that is none of a
 * log file is passed over.
 */
async function missing(
  objects: readonly AwsReply[],
  place: { readonly prefix: string; readonly account: string; readonly region: string; readonly base: string },
  context: UsageContext,
): Promise<{ readonly files: LogFile[]; readonly logs: number }> {
  let logs = 0;
  const there = new Map<string, ReadonlySet<string>>();
  const files: LogFile[] = [];
  for (const { Key: key, Size: size } of objects) {
    if (typeof key !== 'string' || typeof size !== 'number' || !key.startsWith(place.prefix)) continue;
    const parts = key.slice(place.prefix.length).split('/');
    const [year = '', month = '', day = '', name = ''] = parts;
    const found = FILE.exec(name)?.groups;
    const isPlace = parts.length === 4 && /^\d{4}\/\d\d\/\d\d$/.test(`${year}/${month}/${day}`);
    if (!isPlace || found?.['account'] !== place.account || found['region'] !== place.region) continue;
    logs += 1;
    const directory = `${place.base}/${year}/${month}/${day}`;
    const names = there.get(directory) ?? new Set(await context.files.names(directory));
    there.set(directory, names);
    if (!names.has(name)) files.push({ key, size, path: `${directory}/${name}` });
  }
  return { files, logs };
}

/** True where the file is in the bundle now. */
async function fetchFile(
  calls: AccountCalls,
  options: TrailDownloadOptions,
  file: LogFile,
  context: UsageContext,
): Promise<boolean> {
  const what = `the CloudTrail file \`${file.key}\``;
  if (file.size > MAX_PACKED) {
    calls.gap({ what, why: `it has ${file.size} bytes, more than a file of CloudTrail` });
    return false;
  }
  const result = await calls.send(s3(options, 'GetObject', 's3:GetObject', { Bucket: options.bucket, Key: file.key }));
  if (!result.ok) {
    calls.failed(what, result.failed);
    return false;
  }
  const bytes = await bytesOf(result.reply['Body']);
  if (bytes?.length !== file.size) {
    calls.gap({ what, why: 'it came incomplete', fix: RUN_AGAIN });
    return false;
  }
  const records = recordsOf(bytes);
  if (records === undefined) {
    calls.gap({ what, why: 'it is no file of CloudTrail records' });
    return false;
  }
  await context.files.writeBytes(file.path, gzipSync(JSON.stringify({ Records: records })));
  return true;
}

function recordsOf(bytes: Uint8Array): readonly object[] | undefined {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }).toString('utf8');
    const { Records: records } = JSON.parse(text) as { readonly Records?: unknown };
    if (!Array.isArray(records)) return undefined;
    const reduced = records.map(reducedRecord);
    return reduced.some((record) => record === undefined)
      ? undefined
      : reduced.filter((record) => record !== undefined);
  } catch {
    return undefined;
  }
}

/** The body of a reply, whichever way a client gives it; undefined where it broke off. */
async function bytesOf(body: unknown): Promise<Uint8Array | undefined> {
  if (body instanceof Uint8Array) return body;
  if (typeof body !== 'object' || body === null || !('transformToByteArray' in body)) return undefined;
  const { transformToByteArray: read } = body;
  if (typeof read !== 'function') return undefined;
  try {
    const bytes: unknown = await read.call(body);
    return bytes instanceof Uint8Array ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function s3(options: TrailDownloadOptions, command: string, action: string, input: AwsReply): AwsCall {
  return { service: 's3', command, action, region: options.region, input };
}
