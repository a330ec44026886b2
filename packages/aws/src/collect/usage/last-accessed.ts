import { isRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsReply, CallResult } from '../calls.ts';
import { RUN_AGAIN } from '../part-calls.ts';
import { JOB_PACE, poll } from './poll.ts';
import type { UsageContext } from './usage-context.ts';
import { shortReason } from './usage-file.ts';

/** IAM actions of the calls. */
export const LAST_ACCESSED_ACTIONS: readonly string[] = [
  'iam:GenerateServiceLastAccessedDetails',
  'iam:GetServiceLastAccessedDetails',
];

/** Jobs that are under way at one time; IAM limits their number for an account. */
const LANES = 10;
/** How often a job is started anew where nobody knows it any more: only the session that started it can read it. */
const STARTS = 3;
/** After how many principals what is there is written down, for a run that goes on. */
const SAVED_EVERY = 50;
/** Pages of one report; each has up to a thousand services. */
const PAGES = 100;

/**
 * When each user, group and role last used what its policies allow, at action level where IAM tracks actions: the value
 * of `accounts/ID/iam/service-last-accessed.json`, replies by ARN with all pages in one. What fails is a gap, and the
 * principal is not in the value. A run that goes on keeps what an earlier one finished.
 */
export async function collectLastAccessed(
  calls: AccountCalls,
  arns: readonly string[],
  context: UsageContext,
): Promise<Readonly<Record<string, AwsReply>>> {
  const path = `.keyreach-usage/${calls.accountId}-last-accessed.json`;
  const wanted = [...new Set(arns)].sort();
  const found = new Map<string, AwsReply>();
  const kept = await context.files.readJson(path);
  // Reports of another collection are of another time.
  const reports = isRecord(kept) && kept['now'] === context.now && isRecord(kept['reports']) ? kept['reports'] : {};
  for (const arn of wanted) {
    const reply = Object.hasOwn(reports, arn) ? reports[arn] : undefined;
    if (isFinished(reply)) found.set(arn, reply);
  }
  const open = wanted.filter((arn) => !found.has(arn));
  const value = (): Readonly<Record<string, AwsReply>> =>
    Object.fromEntries(wanted.flatMap((arn) => (found.has(arn) ? [[arn, found.get(arn) ?? {}] as const] : [])));
  const save = (): Promise<void> => context.files.writeJson(path, { now: context.now, reports: value() });
  const begin = context.clock.milliseconds();
  let asked = 0;
  let saved = Promise.resolve();
  const lane = async (): Promise<void> => {
    for (let arn = open.shift(); arn !== undefined; arn = open.shift()) {
      const reply = await reportOf(calls, arn, context);
      if (reply !== undefined) found.set(arn, reply);
      asked++;
      const left = (open.length * (context.clock.milliseconds() - begin)) / asked;
      context.progress?.({
        source: 'last-accessed',
        account: calls.accountId,
        share: (wanted.length - open.length) / wanted.length,
        done: found.size,
        millisecondsLeft: Math.round(left),
      });
      if (asked % SAVED_EVERY === 0) saved = saved.then(() => save());
    }
  };
  // A lane that is stopped stops the others: what they finished is written down first.
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(LANES, open.length) }, lane));
  await saved;
  const stopped = lanes.find((result) => result.status === 'rejected');
  if (stopped !== undefined) {
    await save();
    throw stopped.reason;
  }
  await context.files.writeJson(path, {});
  return value();
}

/** The report of one principal, all pages in one; undefined where there is none, with a gap that says why. */
async function reportOf(calls: AccountCalls, arn: string, context: UsageContext): Promise<AwsReply | undefined> {
  const what = `when \`${arn}\` last used its services`;
  for (let start = 1; ; start++) {
    const job = await iam(calls, 'GenerateServiceLastAccessedDetails', { Arn: arn, Granularity: 'ACTION_LEVEL' });
    if (!job.ok) {
      calls.failed(what, job.failed);
      return undefined;
    }
    const { JobId: id } = job.reply;
    if (typeof id !== 'string' || id === '') {
      calls.gap({ what, why: 'IAM gave no id of the report' });
      return undefined;
    }
    const ask = (marker?: string) => {
      const input = { JobId: id, MaxItems: 1000, ...(marker === undefined ? {} : { Marker: marker }) };
      return iam(calls, 'GetServiceLastAccessedDetails', input);
    };
    const first = await poll(context.clock, JOB_PACE, ask, (reply) => reply['JobStatus'] !== 'IN_PROGRESS');
    const read = first.ok ? await withAllPages(first.reply, ask) : first;
    if (read.ok) {
      const { JobStatus: status, Error: error } = read.reply;
      if (status === 'COMPLETED') return read.reply;
      const reason = shortReason((error as AwsReply | undefined)?.['Message']);
      const why = `the report ended as \`${String(status)}\`${reason === '' ? '' : `: ${reason}`}`;
      calls.gap({ what, why, fix: RUN_AGAIN });
      return undefined;
    }
    if (read.failed === undefined) {
      calls.gap({ what, why: 'the report was not ready in time', fix: RUN_AGAIN });
      return undefined;
    }
    // A new session does not see the job of the one before.
    if (read.failed.kind === 'not-found' && start < STARTS) continue;
    calls.failed(what, read.failed);
    return undefined;
  }
}

async function withAllPages(first: AwsReply, ask: (marker: string) => Promise<CallResult>): Promise<CallResult> {
  const services = [...listed(first)];
  let page = first;
  for (let pages = 1; page['IsTruncated'] === true; pages++) {
    const { Marker: marker } = page;
    // Cut short, the report would say "never used" of services that it does not name: it stays marked as truncated.
    if (typeof marker !== 'string' || marker === '' || pages === PAGES) {
      return { ok: true, reply: { ...first, ServicesLastAccessed: services } };
    }
    const next = await ask(marker);
    if (!next.ok) return next;
    page = next.reply;
    services.push(...listed(page));
  }
  const { Marker: _, ...reply } = first;
  return { ok: true, reply: { ...reply, ServicesLastAccessed: services, IsTruncated: false } };
}

function listed(reply: AwsReply): readonly unknown[] {
  const { ServicesLastAccessed: services } = reply;
  return Array.isArray(services) ? services : [];
}

function iam(calls: AccountCalls, command: string, input: AwsReply): Promise<CallResult> {
  return calls.send({ service: 'iam', command, action: `iam:${command}`, input });
}

function isFinished(reply: unknown): reply is AwsReply {
  return typeof reply === 'object' && reply !== null && (reply as AwsReply)['JobStatus'] === 'COMPLETED';
}
