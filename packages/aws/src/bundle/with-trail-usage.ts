import type { Gap } from '@keyreach/core/graph';
import { lastTrailChange } from '../usage/trail-changes.ts';
import { type ReadTrailOptions, readTrailFiles, type TrailFilesUsage } from '../usage/trail-files.ts';
import type { TrailCoverage } from '../usage/trail-usage.ts';
import { accountScopeId } from './arn.ts';
import type { AwsInput } from './aws-input.ts';
import type { LookupWindow } from './lookup-window.ts';
import { coversAccount, type Memberships, membershipsOf } from './merge-inputs.ts';
import type { TrailSettings } from './trail-settings.ts';

/**
 * Reads the CloudTrail logs that an input only names, and adds the use they recorded to its `trailUsage`. A step of its
 * own, since logs may be large: without it nothing is known of them. To be called once, when all inputs are joined.
 *
 * @throws What {@link readTrailFiles} throws.
 * @example
 * ```ts
 * const input = await withTrailUsage(await readAwsInput('./bundle'), { onProgress: ({ files }) => console.log(files) });
 * ```
 */
export async function withTrailUsage(
  input: AwsInput,
  options: Omit<ReadTrailOptions, 'shown'> = {},
): Promise<AwsInput> {
  const shown = new Map(input.cloudTrail.map((file) => [file.path, file.shown]));
  for (const { accountId, cloudTrail = [] } of Object.values(input.accounts)) {
    for (const path of cloudTrail) shown.set(path, shownIn(accountId, path));
  }
  if (shown.size === 0) return input;
  const read = await readTrailFiles([...shown.keys()], { ...options, shown: (path) => shown.get(path) ?? path });
  const gaps: Gap[] = [...read.gaps];
  const coverage = coverageOf(input, read, gaps);
  const usage = { source: read.source, rows: read.rows, coverage };
  return { ...input, trailUsage: [...input.trailUsage, usage], gaps: [...input.gaps, ...gaps] };
}

function shownIn(accountId: string, path: string): string {
  const plain = path.replaceAll('\\', '/');
  return plain.slice(Math.max(plain.lastIndexOf(`accounts/${accountId}/`), 0));
}

function coverageOf(input: AwsInput, read: TrailFilesUsage, gaps: Gap[]): readonly TrailCoverage[] {
  const damaged = new Set(read.damaged.map(accountOfLog));
  if (damaged.size > 0) gaps.push(damagedGap(damaged));
  const silent = (account: string): boolean => damaged.has(account) || damaged.has(undefined);
  const trails = distinctTrails(input);
  const memberships = membershipsOf(input.organizations);
  const coverage: TrailCoverage[] = [];
  for (const [account, { first, last }] of read.seen) {
    const covering = trails.filter((trail) => records(trail, account, memberships));
    const known = input.accounts[account];
    if (known?.trailFiles?.complete === false) {
      const why = 'files of a trail are missing, so that what is not in them proves nothing';
      const scope = accountScopeId(account, known.partition);
      gaps.push({ scope, what: 'CloudTrail', why, fix: 'collect them again', kind: 'not-collected' });
      continue;
    }
    if (known !== undefined && known.trails === undefined && covering.length === 0) {
      gaps.push({
        scope: accountScopeId(account, known.partition),
        what: 'CloudTrail trails',
        why: 'nothing tells which events the trails of these logs leave out, so that what is not in them proves nothing',
        fix: 'aws cloudtrail describe-trails, then aws cloudtrail get-trail-status and get-event-selectors for each',
        file: `accounts/${account}/trails.json`,
        kind: 'missing-file',
      });
    }
    for (const trail of silent(account) ? [] : covering) {
      const { since, management, excluded, data } = trail;
      const fetched = known?.trailFiles;
      const regions = regionsIn(trail.regions, fetched);
      const changed = lastTrailChange(read.rows, trail);
      const [from = first] = [first, since, changed, fetched?.from]
        .filter((time) => time !== undefined)
        .sort()
        .reverse();
      const [to = last] = [last, fetched?.to].filter((time) => time !== undefined).sort();
      if (from > to || regions.length === 0 || (management === 'none' && data.length === 0)) continue;
      coverage.push({ account, regions, from, to, management, excluded, data });
    }
  }
  for (const { accountId, partition, lookupEvents } of Object.values(input.accounts)) {
    if (lookupEvents === undefined) continue;
    const { regions, from, to, complete } = lookupEvents;
    if (!complete) {
      const why = 'pages of LookupEvents are missing, so that what is not in them proves nothing';
      const scope = accountScopeId(accountId, partition);
      gaps.push({
        scope,
        what: 'CloudTrail',
        why,
        fix: 'aws cloudtrail lookup-events, to the last page',
        kind: 'not-collected',
      });
    } else if (!silent(accountId)) {
      coverage.push({ account: accountId, regions, from, to, management: 'all', excluded: [], data: [] });
    }
  }
  return coverage;
}

/** Regions of a trail whose files are there. */
function regionsIn(regions: TrailSettings['regions'], fetched: LookupWindow | undefined): TrailSettings['regions'] {
  if (fetched === undefined || fetched.all === true) return regions;
  return regions === '*' ? fetched.regions : regions.filter((region) => fetched.regions.includes(region));
}

/** A trail that is recording, of the account or of its organization. */
function records({ account, organization, logging }: TrailSettings, of: string, memberships: Memberships): boolean {
  if (!logging) return false;
  if (account === of) return true;
  // Where nobody lists the members of its organization, its records of an account tell that it is one.
  return organization && (!memberships.has(account) || coversAccount(account, of, memberships));
}

/** Every trail once: an organization trail is told of by each member. What its own account says counts above all. */
function distinctTrails(input: AwsInput): readonly TrailSettings[] {
  const trails = new Map<string, TrailSettings>();
  const byOwner = new Set<string>();
  for (const { accountId, trails: told = [] } of Object.values(input.accounts)) {
    for (const trail of told) {
      const known = trails.get(trail.arn);
      const own = trail.account === accountId;
      if (own) byOwner.add(trail.arn);
      else if (known !== undefined && (byOwner.has(trail.arn) || known.logging || !trail.logging)) continue;
      trails.set(trail.arn, trail);
    }
  }
  return [...trails.values()].sort((left, right) => (left.arn < right.arn ? -1 : 1));
}

/** The account that a log file is of, by where S3 has it or by its place in a bundle; undefined where neither tells. */
function accountOfLog(path: string): string | undefined {
  const plain = path.replaceAll('\\', '/');
  return (
    /\/AWSLogs\/(?:o-[a-z0-9]+\/)?(\d{12})\/CloudTrail\//.exec(plain)?.[1] ??
    /\/(\d{12})_CloudTrail_[^/]*$/.exec(plain)?.[1] ??
    /\/accounts\/(\d{12})\/cloudtrail\/(?:lookup-events\/.*|[^/]*)$/.exec(plain)?.[1]
  );
}

function damagedGap(damaged: ReadonlySet<string | undefined>): Gap {
  const whose = damaged.has(undefined)
    ? 'any account'
    : [...damaged]
        .map((account) => `\`${account}\``)
        .sort()
        .join(', ');
  return {
    scope: 'CloudTrail',
    what: 'CloudTrail',
    why: `log files are damaged, so that what is not in the logs of ${whose} proves nothing`,
    fix: 'copy the damaged files again',
    kind: 'bad-input',
  };
}
