import {
  isRecord,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  requiredString,
} from '@keyreach/core/input';
import { eventsOfSelectors, type SelectedEvents } from '../usage/event-selectors.ts';
import { GLOBAL_SOURCES } from '../usage/global-sources.ts';
import { isAccountId, parseArn } from './arn.ts';

/** What one trail records, as far as `trails.json` tells. What is not told is taken for not recorded. */
export interface TrailSettings {
  readonly arn: string;
  /** The account that the trail belongs to; of an organization trail the management account. */
  readonly account: string;
  /** Regions whose events it records; `*`: all that are enabled. */
  readonly regions: readonly string[] | '*';
  /** Whether it records the events of all accounts of its organization. */
  readonly organization: boolean;
  /** Whether it is recording. */
  readonly logging: boolean;
  /** When it last began to record; before that it may have stood still. */
  readonly since?: string;
  /** Management events it records: all, those that change something, or none for sure. */
  readonly management: 'all' | 'write-only' | 'none';
  /** Event sources whose management events it leaves out. */
  readonly excluded: readonly string[];
  /** Types of resources of which it records every data event. */
  readonly data: readonly string[];
}

const NOTHING: SelectedEvents = { management: 'none', excluded: [], data: [] };

/** Event sources of services without a region, which a trail can leave out altogether, and STS, whose global endpoint is one. */
const GLOBAL: readonly string[] = [...GLOBAL_SOURCES, 'sts'].map((source) => `${source}.amazonaws.com`);

/**
 * Reads trails.json: `{ trailList, Status, EventSelectors }`, replies of DescribeTrails, and of GetTrailStatus and
 * GetEventSelectors by the ARN of the trail.
 */
export function readTrailSettings(raw: unknown, report: Report): readonly TrailSettings[] | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `trailList`, `Status` and `EventSelectors`');
    return undefined;
  }
  const listed = readList(raw['trailList'], 'trailList', report, (trail, where) =>
    readTrail(trail, where, {
      status: replies(raw, 'Status', report),
      selectors: replies(raw, 'EventSelectors', report),
      report,
    }),
  );
  return listed.items.length === 0 && !listed.complete ? undefined : listed.items;
}

function replies(raw: RawRecord, key: string, report: Report): RawRecord {
  const value = raw[key];
  if (isRecord(value)) return value;
  report(key, 'an object of replies by the ARN of the trail');
  return {};
}

interface Replies {
  readonly status: RawRecord;
  readonly selectors: RawRecord;
  readonly report: Report;
}

function readTrail(raw: RawRecord, where: string, { status, selectors, report }: Replies): TrailSettings | undefined {
  const arn = requiredString(raw, 'TrailARN', where, report);
  if (arn === undefined) return undefined;
  const account = parseArn(arn)?.account ?? '';
  if (!isAccountId(account)) {
    report(`${where}.TrailARN`, 'the ARN of a trail');
    return undefined;
  }
  const home = requiredString(raw, 'HomeRegion', where, report);
  if (home === undefined) return undefined;
  const state = replyOf(status, 'Status', arn, report);
  const reply = replyOf(selectors, 'EventSelectors', arn, report);
  const since =
    state === undefined ? undefined : optionalTimestamp(state, 'StartLoggingTime', `Status[\`${arn}\`]`, report);
  const selected = reply === undefined ? NOTHING : eventsOfSelectors(reply);
  const withoutGlobal = raw['IncludeGlobalServiceEvents'] === false ? GLOBAL : [];
  return {
    arn,
    account,
    regions: raw['IsMultiRegionTrail'] === true ? '*' : [home],
    organization: raw['IsOrganizationTrail'] === true,
    logging: state?.['IsLogging'] === true,
    ...(since === undefined ? {} : { since }),
    ...selected,
    excluded: sorted([...selected.excluded, ...withoutGlobal]),
  };
}

function replyOf(all: RawRecord, key: string, arn: string, report: Report): RawRecord | undefined {
  const reply = Object.hasOwn(all, arn) ? all[arn] : undefined;
  if (isRecord(reply)) return reply;
  report(`${key}[\`${arn}\`]`, 'the reply for this trail');
  return undefined;
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
