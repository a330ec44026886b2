import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AzureInput, AzureUseRow } from '../bundle/azure-input.ts';
import { tenantInput } from '../normalize/testing/tenant.ts';
import { withRecordedUse } from './log-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyreach-azure-logs-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const OID = '22222222-0000-4000-8000-000000000001';
const APP = '22222222-0000-4000-8000-00000000000a';
const KEY = '22222222-0000-4000-8000-00000000000b';
const SCOPE = '/subscriptions/33333333-0000-4000-8000-000000000001/resourceGroups/Web';
const OBJECT = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

let written = 0;

async function rowsOf(
  key: 'activityLogs' | 'signInLogs' | 'graphActivityLogs',
  ...texts: readonly (string | Buffer)[]
): Promise<{ readonly rows: readonly AzureUseRow[]; readonly gaps: AzureInput['gaps'] }> {
  const files = texts.map((text) => {
    written += 1;
    const path = join(directory, `${written}.json`);
    writeFileSync(path, text);
    return { path, shown: `${written}.json` };
  });
  const { recordedUse, gaps } = await withRecordedUse(tenantInput({ [key]: files }));
  return { rows: recordedUse.flatMap(({ rows }) => rows), gaps };
}

const rest = (more: object = {}) => ({
  authorization: { action: 'Microsoft.Compute/virtualMachines/write', scope: SCOPE },
  caller: OID,
  category: { value: 'Administrative' },
  claims: { appid: APP, [OBJECT]: OID.toUpperCase() },
  operationName: { value: 'Microsoft.Compute/virtualMachines/write' },
  status: { value: 'Succeeded' },
  eventTimestamp: '2026-05-01T10:00:00.1234567Z',
  correlationId: 'c1',
  ...more,
});

const exported = {
  time: '2026-05-01T10:00:00.1234567Z',
  category: 'Administrative',
  operationName: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE',
  resourceId: SCOPE.toUpperCase(),
  resultType: 'Success',
  correlationId: 'c1',
  identity: {
    authorization: { action: 'Microsoft.Compute/virtualMachines/write', scope: SCOPE },
    claims: { appid: APP, [OBJECT]: OID },
  },
};

const table = {
  TimeGenerated: '2026-05-01T10:00:00Z',
  CategoryValue: 'Administrative',
  OperationNameValue: 'MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE',
  ActivityStatusValue: 'Success',
  Authorization: JSON.stringify({ action: 'Microsoft.Compute/virtualMachines/write', scope: SCOPE }),
  Claims: JSON.stringify({ appid: APP, [OBJECT]: OID }),
  CorrelationId: 'c1',
};

const written1: AzureUseRow = {
  kind: 'arm',
  principalId: OID,
  appId: APP,
  action: 'microsoft.compute/virtualmachines/write',
  resource: SCOPE.toLowerCase(),
  first: '2026-05-01T10:00:00Z',
  last: '2026-05-01T10:00:00Z',
  count: 1,
  failed: 0,
};

describe('the Activity Log', () => {
  it.each([
    ['of the API', JSON.stringify({ value: [rest()] })],
    ['in a list', JSON.stringify([rest()])],
    ['of diagnostic settings', `${JSON.stringify({ records: [exported] })}`],
    ['one a line', `${JSON.stringify(exported)}\n`],
    ['of Log Analytics', JSON.stringify([table])],
    ['packed', gzipSync(JSON.stringify([rest()]))],
  ])('gives the same rows %s', async (_, text) => {
    expect((await rowsOf('activityLogs', text)).rows).toEqual([written1]);
  });

  it('counts the records of one operation once, from its first to its last', async () => {
    const records = [
      rest({ status: { value: 'Started' } }),
      rest({ status: { value: 'Accepted' }, eventTimestamp: '2026-05-01T10:00:05Z' }),
      rest({ eventTimestamp: '2026-05-01T10:00:09Z' }),
      rest({ eventTimestamp: '2026-05-02T10:00:00Z', correlationId: 'c2' }),
    ];
    expect((await rowsOf('activityLogs', JSON.stringify(records))).rows).toEqual([
      { ...written1, last: '2026-05-02T10:00:00Z', count: 2 },
    ]);
  });

  it('takes what failed for no use', async () => {
    const { rows } = await rowsOf('activityLogs', JSON.stringify([rest({ status: { value: 'Failed' } })]));
    const { first: _, last: __, ...failed } = written1;
    expect(rows).toEqual([{ ...failed, count: 0, failed: 1 }]);
  });

  it('passes over policies, alerts and callers without an id', async () => {
    const records = [
      rest({ category: { value: 'Policy' } }),
      rest({ caller: 'Microsoft.Advisor', claims: {} }),
      rest({ caller: 'ann@shop.example', claims: {} }),
    ];
    expect((await rowsOf('activityLogs', JSON.stringify(records))).rows).toEqual([]);
  });

  it('says what could not be read, and nothing of it', async () => {
    const { rows, gaps } = await rowsOf(
      'activityLogs',
      `${JSON.stringify(rest())}\n{"secret-of-a-line": "x\n${JSON.stringify({ operationName: 'secret' })}\n`,
    );
    expect(rows).toEqual([written1]);
    expect(gaps.map(({ kind }) => kind)).toContain('bad-input');
    expect(JSON.stringify(gaps)).not.toContain('secret');
  });

  it('proves nothing by its silence', async () => {
    const { gaps } = await rowsOf('activityLogs', '[]');
    expect(gaps.map(({ why }) => why)).toContainEqual(expect.stringMatching(/proves nothing/));
  });

  it('gives the same rows in whatever order records come and however they are split', async () => {
    const record = fc.record({
      correlationId: fc.constantFrom('a', 'b', 'c', undefined),
      eventTimestamp: fc.constantFrom('2026-05-01T10:00:00Z', '2026-05-02T10:00:00Z', '2026-05-03T10:00:00Z'),
      status: fc.constantFrom({ value: 'Succeeded' }, { value: 'Failed' }),
      authorization: fc.constantFrom(
        { action: 'Microsoft.Web/sites/write', scope: SCOPE },
        { action: 'microsoft.web/sites/WRITE', scope: SCOPE.toUpperCase() },
        { action: 'Microsoft.Web/sites/delete', scope: SCOPE },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(record, { maxLength: 12 })
          .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        fc.nat({ max: 12 }),
        async ([some, shuffled], cut) => {
          const texts = (list: readonly object[]): string => JSON.stringify(list.map((one) => rest(one)));
          const one = await rowsOf('activityLogs', texts(some));
          const two = await rowsOf('activityLogs', texts(shuffled.slice(0, cut)), texts(shuffled.slice(cut)));
          expect(two.rows).toEqual(one.rows);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('sign-ins', () => {
  const machine = {
    createdDateTime: '2026-05-01T10:00:00Z',
    appId: APP,
    servicePrincipalId: OID,
    servicePrincipalCredentialKeyId: KEY,
    resourceServicePrincipalId: '22222222-0000-4000-8000-00000000000c',
    uniqueTokenIdentifier: 't1',
    status: { errorCode: 0 },
  };

  it('name the credential', async () => {
    expect((await rowsOf('signInLogs', JSON.stringify({ value: [machine, machine] }))).rows).toEqual([
      {
        kind: 'sign-in',
        principalId: OID,
        appId: APP,
        credentialId: KEY,
        action: 'sign-in',
        resource: '22222222-0000-4000-8000-00000000000c',
        first: '2026-05-01T10:00:00Z',
        last: '2026-05-01T10:00:00Z',
        count: 1,
        failed: 0,
      },
    ]);
  });

  it('of diagnostic settings and Log Analytics are the same', async () => {
    const set = {
      time: machine.createdDateTime,
      category: 'ServicePrincipalSignInLogs',
      resultType: '0',
      properties: machine,
    };
    const rows = {
      TimeGenerated: machine.createdDateTime,
      AppId: APP,
      ServicePrincipalId: OID,
      ServicePrincipalCredentialKeyId: KEY,
      ResourceServicePrincipalId: machine.resourceServicePrincipalId,
      UniqueTokenIdentifier: 't1',
      ResultType: '0',
    };
    const plain = await rowsOf('signInLogs', JSON.stringify([machine]));
    for (const shape of [set, rows]) {
      expect((await rowsOf('signInLogs', JSON.stringify([shape]))).rows).toEqual(plain.rows);
    }
  });

  it('of managed identities name the resource, of workloads the federated credential', async () => {
    const managed = {
      ...machine,
      servicePrincipalCredentialKeyId: '',
      managedServiceIdentity: { associatedResourceId: `${SCOPE}/VM` },
    };
    const federated = { ...machine, federatedCredentialId: KEY.toUpperCase(), servicePrincipalCredentialKeyId: null };
    const { rows } = await rowsOf(
      'signInLogs',
      JSON.stringify([managed, { ...federated, uniqueTokenIdentifier: 't2' }]),
    );
    expect(rows.map(({ credentialId, attachedResource }) => [credentialId, attachedResource])).toEqual(
      expect.arrayContaining([
        [undefined, `${SCOPE}/VM`.toLowerCase()],
        [KEY, undefined],
      ]),
    );
  });

  it('that failed are told, and of people not taken for the application', async () => {
    const { rows } = await rowsOf(
      'signInLogs',
      JSON.stringify([
        { ...machine, status: { errorCode: 7000215 } },
        { createdDateTime: machine.createdDateTime, appId: APP, userId: OID, id: 'x', status: { errorCode: 0 } },
      ]),
    );
    expect(rows.map(({ principalId, appId, count, failed }) => [principalId, appId, count, failed])).toEqual(
      expect.arrayContaining([
        [OID, APP, 0, 1],
        [OID, undefined, 1, 0],
      ]),
    );
  });
});

describe('calls of Microsoft Graph', () => {
  const call = {
    TimeGenerated: '2026-05-01T10:00:00Z',
    AppId: APP,
    ServicePrincipalId: OID,
    UserId: '',
    RequestMethod: 'POST',
    RequestUri: `https://graph.microsoft.com/v1.0/users/${OID.toUpperCase()}/sendMail?x=${KEY}`,
    ResponseStatusCode: 202,
    Roles: 'Mail.Send User.Read.All',
    RequestId: 'r1',
  };

  it('are told by method and path, without ids and queries', async () => {
    const { rows } = await rowsOf('graphActivityLogs', JSON.stringify([call, call]));
    expect(rows).toMatchObject([
      { action: 'POST /users/{id}/sendmail', principalId: OID, count: 1, roles: ['Mail.Send', 'User.Read.All'] },
    ]);
  });

  it('with a user are no use of the application', async () => {
    const user = '22222222-0000-4000-8000-0000000000ff';
    const { rows } = await rowsOf('graphActivityLogs', JSON.stringify([{ ...call, UserId: user }]));
    expect(rows.map(({ principalId, appId, roles }) => [principalId, appId, roles])).toEqual([
      [user, undefined, undefined],
    ]);
  });

  it('that were refused are no use', async () => {
    const { rows } = await rowsOf('graphActivityLogs', JSON.stringify([{ ...call, ResponseStatusCode: 403 }]));
    expect(rows.map(({ count, failed }) => [count, failed])).toEqual([[0, 1]]);
  });
});
