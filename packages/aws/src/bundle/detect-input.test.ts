import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectAwsFile, detectAwsInput } from './detect-input.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('detectAwsFile', () => {
  it.each([
    ['{"UserDetailList": []}', 'authorizationDetails'],
    ['{"IsTruncated": false, "RoleDetailList":[]', 'authorizationDetails'],
    ['{"Policies": [{"PolicyVersionList": [', 'authorizationDetails'],
    ['[{"UserName": "a", "AccessKeyId": "AKIA"', 'accessKeys'],
    ['{"AccessKeyMetadata": [{"UserName": "a", "AccessKeyId": "AKIA"', 'accessKeys'],
    ['user,arn,user_creation_time,password_enabled\r\na,b', 'credentialReport'],
    ['{"Policies": []}', undefined],
    ['{"hello": "UserDetailList"}', undefined],
    ['[]', undefined],
    ['', undefined],
    ['name,id', undefined],
  ])('%j is %s', (text, kind) => {
    expect(detectAwsFile(text)).toBe(kind);
  });
});

describe('detectAwsInput', () => {
  it('knows a file by its first bytes, packed or cut', async () => {
    const text = JSON.stringify({
      UserDetailList: Array.from({ length: 5000 }, (_, index) => ({ UserName: `user-${index}-${Math.sqrt(index)}` })),
    });
    expect(await detectAwsInput('x', bytes(text))).toBe(true);
    expect(await detectAwsInput('x', bytes(text).subarray(0, 100))).toBe(true);
    expect(await detectAwsInput('x', gzipSync(text).subarray(0, 1000))).toBe(true);
    expect(await detectAwsInput('x', new Uint8Array([0x1f, 0x8b, 9, 9]))).toBe(false);
    expect(await detectAwsInput('x', bytes('{"assets": []}'))).toBe(false);
    expect(await detectAwsInput('x', new Uint8Array())).toBe(false);
  });

  it('knows a bundle by its manifest or its files', async () => {
    expect(
      await detectAwsInput(fileURLToPath(new URL('../../test-data/small-bundle', import.meta.url)), undefined),
    ).toBe(true);
    expect(await detectAwsInput(fileURLToPath(new URL('../../test-data', import.meta.url)), undefined)).toBe(true);
    expect(await detectAwsInput(directory, undefined)).toBe(false);
    expect(await detectAwsInput(join(directory, 'nowhere'), undefined)).toBe(false);
    mkdirSync(join(directory, 'accounts'));
    expect(await detectAwsInput(directory, undefined)).toBe(true);
    writeFileSync(join(directory, 'keyreach-bundle.json'), '{"provider":"gcp"}');
    expect(await detectAwsInput(directory, undefined)).toBe(false);
  });

  it('does not take the organization of another provider for one of AWS', async () => {
    mkdirSync(join(directory, 'graph'));
    writeFileSync(join(directory, 'graph', 'organization.json'), '[{"id":"tenant"}]');
    expect(await detectAwsInput(directory, undefined)).toBe(false);
    writeFileSync(join(directory, 'organization.json'), '{"Organization": null}');
    expect(await detectAwsInput(directory, undefined)).toBe(true);
  });
});
