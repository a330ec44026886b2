import { expect, it } from 'vitest';
import { accessClassOf } from '../catalogue/access-class.ts';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { readRegions } from './account-regions.ts';
import type { AccountCalls, AwsCall, CallResult } from './calls.ts';
import { errorKind, errorName } from './error-kind.ts';
import { ORGANIZATION_ACTIONS, readOrganization } from './organization.ts';
import type { CollectContext } from './part.ts';
import { COLLECT_PARTS } from './parts.ts';
import { permissionsJson, permissionsTemplate, requiredPermissions } from './required-permissions.ts';
import { awsError, FakeAws, fakeClock, MANAGEMENT, WITH_IDENTITY_CENTER } from './testing/fake-aws.ts';
import { lakeUsagePart, trailDownloadPart } from './usage/index.ts';

/** Calls that go to the made-up organization, with a record of the actions they say they need. */
async function recorder(): Promise<{
  readonly calls: AccountCalls;
  readonly actions: Set<string>;
  readonly context: CollectContext;
}> {
  const aws = new FakeAws({
    ...WITH_IDENTITY_CENTER,
    'ec2 DescribeRegions': () => ({ Regions: [] }),
    'account ListRegions': () => ({ Regions: [] }),
  });
  const actions = new Set<string>();
  const send = async (call: AwsCall): Promise<CallResult> => {
    actions.add(call.action);
    // The action is the command, but where the service has another prefix.
    expect(call.action.slice(call.action.indexOf(':') + 1)).toBe(call.command);
    try {
      const client = await aws.clients(call.service, call.region === undefined ? {} : { region: call.region });
      return { ok: true, reply: (await client.send(call.command, call.input ?? {})) as Record<string, unknown> };
    } catch (error) {
      return { ok: false, failed: { call, error: errorName(error), kind: errorKind(error) } };
    }
  };
  const calls: AccountCalls = {
    accountId: MANAGEMENT,
    partition: 'aws',
    regions: ['us-east-1'],
    send,
    pages: async (call) => {
      const result = await send(call);
      return result.ok ? { replies: [result.reply] } : { replies: [], failed: result.failed };
    },
    all: (tasks) => Promise.all(tasks.map((task) => task())),
    gap: () => undefined,
    failed: () => undefined,
  };
  const unused = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const context: CollectContext = {
    files: {
      names: unused,
      readJson: async () => undefined,
      writeJson: async () => undefined,
      writeBytes: unused,
      remove: unused,
    },
    clock: fakeClock(),
    now: '2026-06-01T00:00:00.000Z',
    runAt: '2026-06-01T00:00:00.000Z',
    allRegions: true,
    users: async () => ['ada', 'bob'],
  };
  return { calls, actions, context };
}

it.each(COLLECT_PARTS.filter(({ name }) => name !== 'resources'))(
  '$name makes the calls its actions name',
  async (part) => {
    const { calls, actions, context } = await recorder();
    await part.run(calls, context);
    // Listing users is left to the context where there is nothing else to list.
    const named = part.actions.filter((action) => action !== 'iam:ListUsers' || actions.has(action));
    // A policy that is used as a boundary only needs a page that the recorder does not turn.
    const lazy = part.name === 'authorization-details' ? ['iam:GetPolicy', 'iam:GetPolicyVersion'] : [];
    expect([...new Set([...actions, ...lazy])].sort()).toEqual(named);
  },
);

it('reads the organization and the regions with the actions that are named', async () => {
  const { calls, actions } = await recorder();
  await readOrganization(calls);
  expect([...actions].sort()).toEqual([...ORGANIZATION_ACTIONS]);
  actions.clear();
  await readRegions(calls);
  expect([...actions].sort()).toEqual(['account:ListRegions', 'ec2:DescribeRegions']);
});

it('asks for actions that exist, and that neither write nor read data', () => {
  const { read, caller, assume } = requiredPermissions();
  const actions = [...read, ...caller].flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  expect(actions.length).toBeGreaterThan(100);
  expect(new Set(actions).size).toBe(actions.length);
  const catalogue = awsCatalogue();
  const wrong = actions.filter((name) => {
    const action = catalogue.action(name);
    return action === undefined || action.name !== name || accessClassOf(action) !== 'meta-read';
  });
  expect(wrong).toEqual([]);
  for (const part of COLLECT_PARTS) expect(actions).toEqual(expect.arrayContaining([...part.actions]));
  expect(assume.Statement).toEqual([
    {
      Sid: 'AssumeAuditRole',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: 'arn:*:iam::*:role/KeyreachAudit',
    },
  ]);
});

it('asks nothing of the role that is asked with the credentials of the caller alone', () => {
  const bucket = { bucket: 'trail-logs', region: 'eu-west-1', accounts: [MANAGEMENT] };
  const store = {
    eventDataStore: `arn:aws:cloudtrail:eu-west-1:${MANAGEMENT}:eventdatastore/0f0f0f0f-aaaa-bbbb-cccc-0123456789ab`,
  };
  const parts = [...COLLECT_PARTS, trailDownloadPart(bucket), lakeUsagePart(store)];
  const needed = requiredPermissions(parts);
  const actionsOf = (documents: typeof needed.read) =>
    documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  expect(
    actionsOf(needed.read).filter((name) => /^organizations:|s3:GetObject|s3:ListBucket$|Query/.test(name)),
  ).toEqual([]);
  expect(actionsOf(needed.caller)).toEqual(
    expect.arrayContaining(['organizations:ListRoots', 'cloudtrail:StartQuery', 's3:GetObject', 's3:ListBucket']),
  );
  const data = needed.caller
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.includes('s3:GetObject'));
  expect(data.map(({ Resource }) => Resource)).toEqual([['arn:*:s3:::trail-logs', 'arn:*:s3:::trail-logs/*']]);
});

it('splits what does not fit into one managed policy', () => {
  const many = Array.from({ length: 40 }, (_, service) => ({
    name: `part-${service}`,
    what: 'x',
    actions: Array.from({ length: 20 }, (_, index) => `service${service}:DescribeSomethingRatherLong${index}`),
    run: async () => undefined,
  }));
  const more = [...many, { ...many[0]!, accounts: 'caller' } as const];
  for (const { read, caller } of [requiredPermissions(), requiredPermissions(more)]) {
    for (const document of [...read, ...caller]) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    const ids = read.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
    expect(ids.every((id) => /^[A-Za-z0-9]+$/.test(id))).toBe(true);
  }
  expect(requiredPermissions(many).read.length).toBeGreaterThan(4);
  expect(requiredPermissions([]).read.length).toBe(1);
});

it('prints JSON with each policy by its name, and a template with a role for all of them', () => {
  const needed = requiredPermissions(undefined, 'Reader');
  const printed = JSON.parse(permissionsJson(needed)) as Readonly<Record<string, unknown>>;
  const names = needed.read.map((_, index) => (index === 0 ? 'KeyreachAudit' : `KeyreachAudit${index + 1}`));
  expect(Object.keys(printed)).toEqual([...names, 'KeyreachCaller', 'KeyreachAssume']);
  const template = JSON.parse(permissionsTemplate(needed, 'Reader'));
  expect(Object.keys(template.Resources)).toEqual([...names, 'AuditRole']);
  expect(template.Resources.AuditRole.Properties.ManagedPolicyArns).toEqual(names.map((Ref) => ({ Ref })));
  expect(template.Parameters.RoleName.Default).toBe('Reader');
  expect(template.Resources.KeyreachAudit.Properties.PolicyDocument).toEqual(needed.read[0]);
});

it.each([
  ['AccessDenied', 403, 'denied'],
  ['UnauthorizedOperation', 403, 'denied'],
  ['UnknownError', 403, 'denied'],
  ['SignatureDoesNotMatch', 403, 'other'],
  ['ExpiredToken', 403, 'expired'],
  ['NoSuchBucketPolicy', 404, 'not-found'],
  ['ResourceNotFoundException', 400, 'not-found'],
  ['TooManyRequestsException', 400, 'throttled'],
  ['SomethingNew', 429, 'throttled'],
  ['UnsupportedActionException', 400, 'not-available'],
  ['ECONNRESET', 0, 'network'],
  ['SomethingNew', 503, 'network'],
  ['ValidationException', 400, 'other'],
] as const)('takes %s with status %i for %s', (name, status, kind) => {
  expect(errorKind(awsError(name, status))).toBe(kind);
});

it('names an error by its name or the code of the system, and never by its message', () => {
  const connection = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' });
  expect([errorName(connection), errorKind(connection)]).toEqual(['ECONNREFUSED', 'network']);
  expect(errorName(Object.assign(new Error('x'), { name: 'a name <with> text' }))).toBe('UnknownError');
  expect(errorName('text')).toBe('UnknownError');
});
