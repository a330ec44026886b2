import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectAzureFile, detectAzureInput } from './detect-input.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, content: unknown): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

const GRANT = { scope: '/', roleDefinitionId: 'r', principalId: 'p' };
const ROLE = 'Microsoft.Authorization';
const LOG = { eventTimestamp: '2026-01-01T00:00:00Z', operationName: { value: 'x' } };

describe('detectAzureFile', () => {
  it.each([
    ['role assignments', [{ type: `${ROLE}/roleAssignments`, properties: GRANT }], 'roleAssignments'],
    ['those of az', [{ type: `${ROLE}/roleAssignments`, ...GRANT }], 'roleAssignments'],
    ['eligible ones', [{ id: `/providers/${ROLE}/roleEligibilityScheduleInstances/x`, ...GRANT }], 'roleEligibilities'],
    ['role definitions', [{ roleName: 'R', assignableScopes: ['/'], permissions: [] }], 'roleDefinitions'],
    ['deny assignments', { value: [{ properties: { denyAssignmentName: 'd' } }] }, 'denyAssignments'],
    ['applications', { value: [{ id: 'o', appId: 'a', signInAudience: 'AzureADMyOrg' }] }, 'applications'],
    [
      'service principals',
      [{ appId: 'a', signInAudience: 'AzureADMyOrg', servicePrincipalType: 'Application' }],
      'servicePrincipals',
    ],
    ['resources', [{ id: '/subscriptions/s/x', type: 'Microsoft.Compute/disks' }], 'resources'],
    ['the activity log', [LOG], 'activityLogs'],
    ['one of a diagnostic setting', { operationName: 'x', category: 'Administrative' }, 'activityLogs'],
    ['sign-ins', { category: 'ManagedIdentitySignInLogs', properties: {} }, 'signInLogs'],
    ['calls of Graph', { category: 'MicrosoftGraphActivityLogs', properties: {} }, 'graphActivityLogs'],
    ['recorded use', { format: 'keyreach-azure-usage/1', rows: [] }, 'recordedUse'],
    ['AWS authorization details', { UserDetailList: [], GroupDetailList: [] }, undefined],
    ['AWS resources', [{ TypeName: 'AWS::S3::Bucket', Identifier: '/subscriptions/x' }], undefined],
    ['CloudTrail', { Records: [{ eventVersion: '1.08', eventSource: 's3.amazonaws.com' }] }, undefined],
    ['assets', { name: '//x', asset_type: 'storage.googleapis.com/Bucket' }, undefined],
    ['an audit log', { logName: 'cloudaudit.googleapis.com', protoPayload: { serviceName: 'x' } }, undefined],
    ['a graph', { record: 'header', appId: 'a', signInAudience: 'x' }, undefined],
    ['names in values only', [{ a: 'denyAssignmentName' }], undefined],
  ])('%s', (_what, value, expected) => {
    expect(detectAzureFile(JSON.stringify(value))).toBe(expected);
  });

  it('takes no text for input', () => {
    expect([detectAzureFile(''), detectAzureFile('denyAssignmentName: x')]).toEqual([undefined, undefined]);
  });
});

describe('detectAzureInput', () => {
  it.each([
    ['a bundle', { 'role-assignments.json': [], 'resources.json': [] }, true],
    ['a packed one', { 'pim.json.gz': '' }, true],
    ['one of the directory', { 'graph/servicePrincipals.json': [] }, true],
    ['one with a manifest only', { 'keyreach-bundle.json': { provider: 'azure' } }, true],
    ['bundles in sub-directories', { 'a/subscriptions.json': [] }, true],
    ['several clouds', { 'aws/accounts/1/resources.json': [], 'azure/management-groups.json': [] }, true],
    ['exported logs', { 'insights-activity-logs/y=2026/PT1H.json': LOG }, true],
    ['an AWS bundle', { 'accounts/1/resources.json': [], 'organization.json': { Organization: null } }, false],
    ['a bundle that says it is one', { 'keyreach-bundle.json': { provider: 'gcp' }, 'subscriptions.json': [] }, false],
    ['a Google Cloud bundle', { 'assets.ndjson': '', 'roles.json': [], 'deny-policies.json': [] }, false],
    ['something else', { 'package.json': { name: 'x' }, 'graph/data.json': [{ id: 1 }] }, false],
    ['nothing', {}, false],
  ])('%s', async (_what, files, expected) => {
    for (const [path, content] of Object.entries(files)) write(path, content);
    expect(await detectAzureInput(directory, undefined)).toBe(expected);
  });

  it('looks into packed files, and no further than it is given', async () => {
    const text = JSON.stringify([LOG]);
    expect(await detectAzureInput('x', gzipSync(text))).toBe(true);
    expect(await detectAzureInput('x', gzipSync(text).subarray(0, -8))).toBe(true);
    expect(await detectAzureInput('x', gzipSync('{"hello":1}'))).toBe(false);
    expect(await detectAzureInput(join(directory, 'nowhere'), undefined)).toBe(false);
  });
});
