import type { WireCall } from './wire-call.ts';
import { replyWith, replyWithError, type WireReply, type XmlValue } from './wire-reply.ts';

/** An entry of `ServicesLastAccessed` as the API gives it. */
export type ServiceLastAccessed = { readonly [name: string]: XmlValue };

/** An event as LookupEvents gives it. */
export type TrailEvent = Readonly<Record<string, unknown>>;

/** A resource as Cloud Control lists it; `Properties` is JSON text. */
export interface ListedResource {
  readonly Identifier: string;
  readonly Properties: string;
}

/** What the calls that moto lacks are answered with. Everything left out is answered as an empty list. */
export interface OwnData {
  /** Regions that are enabled; `us-east-1` and `eu-west-1` where it is left out. */
  readonly regions?: readonly string[];
  /** By ARN of the principal. */
  readonly lastAccessed?: Readonly<Record<string, readonly ServiceLastAccessed[]>>;
  /** By account and region: `111122223333 us-east-1`; latest first, as the API gives them. */
  readonly events?: Readonly<Record<string, readonly TrailEvent[]>>;
  /** By account, region and type: `111122223333 us-east-1 AWS::Lambda::Function`. */
  readonly resources?: Readonly<Record<string, readonly ListedResource[]>>;
  /** Result of every CloudTrail Lake query: rows of one-field records, each value a text. */
  readonly lakeRows?: readonly Readonly<Record<string, string>>[];
  /** Result of every Athena query: rows of the same columns. */
  readonly athenaRows?: readonly Readonly<Record<string, string>>[];
  /** The trails that every account is told of; those of moto where it is left out. */
  readonly trails?: readonly SeededTrail[];
}

/** A trail with its settings, as the API gives them; times in seconds since 1970. */
export interface SeededTrail {
  readonly trail: Readonly<Record<string, unknown>> & { readonly TrailARN: string };
  readonly status: Readonly<Record<string, unknown>>;
  readonly selectors: Readonly<Record<string, unknown>>;
}

/** A call with the account of its caller. */
export interface AccountCall {
  readonly call: WireCall;
  readonly account: string;
}

type Answer = (of: AccountCall) => WireReply;

/** What answers the calls that moto lacks; undefined for a call that moto is to answer. */
export type OwnAnswers = (of: AccountCall) => WireReply | undefined;

/** Makes the answers to the calls that moto lacks, with the jobs and queries that are under way. */
export function ownAnswers(data: OwnData): OwnAnswers {
  const jobs = lastAccessedJobs(data.lastAccessed ?? {});
  const queries = lakeQueries(data.lakeRows ?? []);
  const athena = athenaQueries(data.athenaRows ?? []);
  const regions = data.regions ?? ['eu-west-1', 'us-east-1'];
  const answers: Readonly<Record<string, Answer>> = {
    'iam GenerateServiceLastAccessedDetails': jobs.generate,
    'iam GetServiceLastAccessedDetails': jobs.get,
    'iam ListServiceSpecificCredentials': ({ call }) =>
      replyWith(call, { ServiceSpecificCredentials: [], IsTruncated: false }),
    'iam ListOrganizationsFeatures': ({ call }) => replyWith(call, { OrganizationId: 'o-own', EnabledFeatures: [] }),
    'iam GetOutboundWebIdentityFederationInfo': ({ call }) =>
      replyWithError(call, 'FeatureDisabledException', 404, 'outbound federation is off'),
    'organizations DescribeResourcePolicy': ({ call }) =>
      replyWithError(call, 'ResourcePolicyNotFoundException', 400, 'there is no resource policy'),
    'account POST /listRegions': ({ call }) =>
      replyWith(call, {
        Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
      }),
    'lambda GET /2021-10-31/functions/{}/urls': ({ call }) => replyWith(call, { FunctionUrlConfigs: [] }),
    'cloudtrail LookupEvents': (of) => lookupEvents(of, data.events ?? {}),
    'cloudtrail GetEventDataStore': ({ call }) => replyWith(call, eventDataStore(String(call.input['EventDataStore']))),
    'cloudtrail StartQuery': queries.start,
    'cloudtrail DescribeQuery': queries.describe,
    'cloudtrail GetQueryResults': queries.results,
    'athena StartQueryExecution': athena.start,
    'athena GetQueryExecution': athena.execution,
    'athena GetQueryResults': athena.results,
    ...(data.trails === undefined ? {} : trailAnswers(data.trails)),
    'cloudcontrolapi ListResources': (of) => listResources(of, data.resources ?? {}),
    'cloudcontrolapi GetResource': (of) => getResource(of, data.resources ?? {}),
    'rolesanywhere GET /trustanchors': ({ call }) => replyWith(call, { trustAnchors: [] }),
    'rolesanywhere GET /profiles': ({ call }) => replyWith(call, { profiles: [] }),
    'rolesanywhere GET /crls': ({ call }) => replyWith(call, { crls: [] }),
    'rolesanywhere GET /subjects': ({ call }) => replyWith(call, { subjects: [] }),
  };
  return (of) => {
    const name = `${of.call.service} ${of.call.action}`;
    return Object.hasOwn(answers, name) ? answers[name]?.(of) : undefined;
  };
}

const lastAccessedPageSize = 2;

/** Jobs as IAM runs them: asynchronous, and readable by the session only that started them. */
function lastAccessedJobs(details: Readonly<Record<string, readonly ServiceLastAccessed[]>>) {
  const jobs = new Map<string, { readonly arn: string; readonly session: string; asked: number }>();
  const generate: Answer = ({ call }) => {
    const JobId = `00000000-0000-0000-0000-${String(jobs.size + 1).padStart(12, '0')}`;
    jobs.set(JobId, { arn: String(call.input['Arn']), session: call.accessKeyId, asked: 0 });
    return replyWith(call, { JobId });
  };
  const get: Answer = ({ call }) => {
    const job = jobs.get(String(call.input['JobId']));
    if (job?.session !== call.accessKeyId) return replyWithError(call, 'NoSuchEntity', 404, 'there is no such job');
    const times = { JobType: 'ACTION_LEVEL', JobCreationDate: '2026-11-01T05:00:00Z' };
    job.asked += 1;
    if (job.asked === 1) {
      return replyWith(call, { JobStatus: 'IN_PROGRESS', ...times, ServicesLastAccessed: [], IsTruncated: false });
    }
    const services = details[job.arn] ?? [];
    const from = Number(call.input['Marker'] ?? 0);
    const next = from + lastAccessedPageSize;
    return replyWith(call, {
      JobStatus: 'COMPLETED',
      ...times,
      JobCompletionDate: '2026-11-01T05:00:01Z',
      ServicesLastAccessed: services.slice(from, next),
      ...(next < services.length ? { IsTruncated: true, Marker: next } : { IsTruncated: false }),
    });
  };
  return { generate, get };
}

const eventsPageSize = 50;

/** Events between two times, 50 a page. */
function lookupEvents({ call, account }: AccountCall, events: NonNullable<OwnData['events']>): WireReply {
  const start = Number(call.input['StartTime'] ?? 0);
  const end = Number(call.input['EndTime'] ?? Number.POSITIVE_INFINITY);
  const all = (events[`${account} ${call.region}`] ?? []).filter(({ EventTime }) => {
    return Number(EventTime) >= start && Number(EventTime) <= end;
  });
  const from = Number(call.input['NextToken'] ?? 0);
  const next = from + Math.min(eventsPageSize, Number(call.input['MaxResults'] ?? eventsPageSize));
  const more = next < all.length ? { NextToken: String(next) } : {};
  return replyWith(call, { Events: all.slice(from, next), ...more });
}

/** An event data store of the organization that keeps management events of every region. */
function eventDataStore(EventDataStoreArn: string): Readonly<Record<string, unknown>> {
  return {
    EventDataStoreArn,
    Status: 'ENABLED',
    MultiRegionEnabled: true,
    OrganizationEnabled: true,
    RetentionPeriod: 2557,
    CreatedTimestamp: Date.parse('2026-01-01T00:00:00Z') / 1000,
    AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
  };
}

const queryPageSize = 3;

/** Queries of CloudTrail Lake: queued, running, then finished; results by pages. */
function lakeQueries(rows: NonNullable<OwnData['lakeRows']>) {
  const asked = new Map<string, number>();
  const states = ['QUEUED', 'RUNNING', 'FINISHED'] as const;
  const queryOf = (call: WireCall): string => String(call.input['QueryId']);
  const start: Answer = ({ call }) => {
    const QueryId = `00000000-0000-0000-0001-${String(asked.size + 1).padStart(12, '0')}`;
    asked.set(QueryId, 0);
    return replyWith(call, { QueryId });
  };
  const describe: Answer = ({ call }) => {
    const times = asked.get(queryOf(call));
    if (times === undefined) return replyWithError(call, 'QueryIdNotFoundException', 400, 'there is no such query');
    asked.set(queryOf(call), times + 1);
    return replyWith(call, { QueryId: queryOf(call), QueryStatus: states[Math.min(times, 2)] });
  };
  const results: Answer = ({ call }) => {
    if (!asked.has(queryOf(call))) return replyWithError(call, 'QueryIdNotFoundException', 400, 'no such query');
    const from = Number(call.input['NextToken'] ?? 0);
    const next = from + queryPageSize;
    const page = rows.slice(from, next).map((row) => Object.entries(row).map(([name, value]) => ({ [name]: value })));
    return replyWith(call, {
      QueryStatus: 'FINISHED',
      QueryStatistics: { ResultsCount: page.length, TotalResultsCount: rows.length, BytesScanned: 1 },
      QueryResultRows: page,
      ...(next < rows.length ? { NextToken: String(next) } : {}),
    });
  };
  return { start, describe, results };
}

/** Queries of Athena: queued, running, then done; the first row of the first page names the columns. */
function athenaQueries(rows: NonNullable<OwnData['athenaRows']>) {
  const asked = new Map<string, number>();
  const states = ['QUEUED', 'RUNNING', 'SUCCEEDED'] as const;
  const start: Answer = ({ call }) => {
    const QueryExecutionId = `00000000-0000-0000-0002-${String(asked.size + 1).padStart(12, '0')}`;
    asked.set(QueryExecutionId, 0);
    return replyWith(call, { QueryExecutionId });
  };
  const execution: Answer = ({ call }) => {
    const id = String(call.input['QueryExecutionId']);
    const times = asked.get(id);
    if (times === undefined) return replyWithError(call, 'InvalidRequestException', 400, 'there is no such query');
    asked.set(id, times + 1);
    return replyWith(call, {
      QueryExecution: { QueryExecutionId: id, Status: { State: states[Math.min(times, 2)] } },
    });
  };
  const results: Answer = ({ call }) => {
    const columns = Object.keys(rows[0] ?? {});
    const table = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
    const from = Number(call.input['NextToken'] ?? 0);
    const next = from + queryPageSize;
    const Rows = table.slice(from, next).map((row) => ({ Data: row.map((text) => ({ VarCharValue: text })) }));
    return replyWith(call, {
      ResultSet: { Rows },
      ...(next < table.length ? { NextToken: String(next) } : {}),
    });
  };
  return { start, execution, results };
}

function trailAnswers(trails: readonly SeededTrail[]): Readonly<Record<string, Answer>> {
  const about =
    (name: string, part: 'status' | 'selectors'): Answer =>
    ({ call }) => {
      const found = trails.find(({ trail }) => trail.TrailARN === call.input[name]);
      if (found === undefined) return replyWithError(call, 'TrailNotFoundException', 404, 'there is no such trail');
      return replyWith(call, found[part]);
    };
  return {
    'cloudtrail DescribeTrails': ({ call }) => replyWith(call, { trailList: trails.map(({ trail }) => trail) }),
    'cloudtrail GetTrailStatus': about('Name', 'status'),
    'cloudtrail GetEventSelectors': about('TrailName', 'selectors'),
  };
}

function resourcesOf(
  { call, account }: AccountCall,
  all: NonNullable<OwnData['resources']>,
): readonly ListedResource[] {
  return all[`${account} ${call.region} ${String(call.input['TypeName'])}`] ?? [];
}

function listResources(of: AccountCall, all: NonNullable<OwnData['resources']>): WireReply {
  const TypeName = String(of.call.input['TypeName']);
  return replyWith(of.call, { TypeName, ResourceDescriptions: resourcesOf(of, all) });
}

function getResource(of: AccountCall, all: NonNullable<OwnData['resources']>): WireReply {
  const TypeName = String(of.call.input['TypeName']);
  const found = resourcesOf(of, all).find(({ Identifier }) => Identifier === of.call.input['Identifier']);
  if (!found) return replyWithError(of.call, 'ResourceNotFoundException', 400, 'there is no such resource');
  return replyWith(of.call, { TypeName, ResourceDescription: found });
}
