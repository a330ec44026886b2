import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectGcpFile, detectGcpInput } from './detect-input.ts';

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

const ASSET = { name: '//storage.googleapis.com/b', asset_type: 'storage.googleapis.com/Bucket' };
const ENTRY = { logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity', protoPayload: {} };

describe('detectGcpFile', () => {
  it.each([
    ['an export', JSON.stringify(ASSET), 'assets'],
    ['a list', JSON.stringify([{ ancestors: [], assetType: 'compute.googleapis.com/Disk' }], null, 2), 'assets'],
    [
      'a search',
      JSON.stringify({ results: [{ assetType: 'cloudresourcemanager.googleapis.com/Project', policy: 'name' }] }),
      'assets',
    ],
    [
      'a policy of many members',
      JSON.stringify({ assetType: 'x.googleapis.com/Y', iamPolicy: 'x'.repeat(99_000) }),
      'assets',
    ],
    ['a log', JSON.stringify(ENTRY), 'auditLogs'],
    ['a log whose first text is called like a field', JSON.stringify([{ insertId: 'logName', ...ENTRY }]), 'auditLogs'],
    ['AWS authorization details', '{"UserDetailList":[],"GroupDetailList":[]}', undefined],
    ['a list of AWS resources', '[{"TypeName":"AWS::S3::Bucket","Identifier":"assetType"}]', undefined],
    [
      'CloudTrail',
      '{"Records":[{"eventVersion":"1.08","userIdentity":{},"eventSource":"s3.amazonaws.com"}]}',
      undefined,
    ],
    ['a graph', '{"record":"header","schema":"keyreach-graph/1"}\n{"assetType":"x"}', undefined],
    ['a type that is none', '{"assetType":"chair"}', undefined],
    ['a text', 'assetType: storage.googleapis.com/Bucket', undefined],
    ['nothing', '', undefined],
  ])('%s', (_what, text, expected) => {
    expect(detectGcpFile(text)).toBe(expected);
  });
});

describe('detectGcpInput', () => {
  it.each([
    ['a bundle', { 'assets.ndjson': '' }, true],
    ['a packed one', { 'roles.json': [], 'pab.json.gz': '' }, true],
    ['one with a manifest only', { 'keyreach-bundle.json': { provider: 'gcp' }, 'roles.json': [] }, true],
    ['bundles in sub-directories', { 'a/deny-policies.json': [] }, true],
    ['both kinds', { 'aws/accounts/1/resources.json': [], 'gcp/assets.ndjson': '' }, true],
    ['an export', { 'x/compute.googleapis.com/Disk/0': JSON.stringify(ASSET) }, true],
    ['logs', { 'cloudaudit.googleapis.com/activity/2026/01/01/a_S0.json': JSON.stringify(ENTRY) }, true],
    ['an AWS bundle', { 'accounts/1/resources.json': [], 'organization.json': { Organization: null } }, false],
    ['an AWS bundle that says so', { 'keyreach-bundle.json': { provider: 'aws' }, 'assets.ndjson': '' }, false],
    ['an Azure bundle', { 'management-groups.json': [], 'resources.json': [], 'role-assignments.json': [] }, false],
    ['CloudTrail', { 'AWSLogs/1/CloudTrail/a.json': '{"Records":[]}' }, false],
    ['something else', { 'package.json': { name: 'x' }, 'assets.json': [{ id: 1 }] }, false],
    ['nothing', {}, false],
  ])('%s', async (_what, files, expected) => {
    for (const [path, content] of Object.entries(files)) write(path, content);
    expect(await detectGcpInput(directory, undefined)).toBe(expected);
  });

  it('looks into packed files, and no further than it is given', async () => {
    expect(await detectGcpInput('x', gzipSync(JSON.stringify(ASSET)))).toBe(true);
    expect(await detectGcpInput('x', gzipSync(JSON.stringify(ASSET)).subarray(0, -8))).toBe(true);
    expect(await detectGcpInput('x', gzipSync('{"hello":1}'))).toBe(false);
    expect(await detectGcpInput(join(directory, 'nowhere'), undefined)).toBe(false);
  });
});
