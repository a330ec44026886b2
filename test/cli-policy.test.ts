/** `keyreach unused ID --policy`: where the JSON goes, what is refused, and that the engine agrees with the answer. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePolicies } from '@keyreach/aws/offline';
import type { ProposedPolicy } from '@keyreach/core/analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandRun, keyreach, sampleEstate, sampleTime } from './run-command.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-policy-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (...args: readonly string[]): Promise<CommandRun> => keyreach([...args, '--at', sampleTime], directory);
const linked =
  'arn:aws:iam::111111111111:role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations';
const lambda = 'shop-exports-lambda';

describe.concurrent('keyreach unused --policy', () => {
  it('writes the proposal to a file and tells people what it takes away', async () => {
    const { code, stdout } = await run('unused', lambda, sampleEstate, '--policy', 'policy.json');
    expect(code).toBe(0);
    expect(stdout).toContain(`Right-sized policy of role ${lambda}`);
    expect(stdout).toContain('What it removes');
    expect(stdout).toContain('sqs:*');
    const proposal = JSON.parse(readFileSync(join(directory, 'policy.json'), 'utf8')) as ProposedPolicy;
    expect(proposal).toMatchObject({ schema: 'keyreach-right-sized-policy', schemaVersion: 1, outcome: 'proposed' });
    const policies = preparePolicies({ identity: proposal.documents.map(({ document }) => document), scps: [] });
    const verdict = (action: string, resource: string): string =>
      policies.evaluate({ principal: proposal.identity, action, resource, now: sampleTime });
    expect(verdict('dynamodb:GetItem', 'arn:aws:dynamodb:eu-central-1:111111111111:table/shop-orders')).toBe('allow');
    expect(verdict('sqs:SendMessage', 'arn:aws:sqs:eu-central-1:111111111111:orders')).toBe('deny');
  });

  it('writes to standard output, and text elsewhere, where the next argument is an input', async () => {
    const { code, stdout, stderr } = await run('unused', lambda, '--policy', sampleEstate);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'proposed', unknown: 'keep', windowDays: 90 });
    expect(stderr).toContain('Right-sized policy');
  });

  it('drops what nobody can tell of only where asked to', async () => {
    const { stdout } = await run('unused', lambda, sampleEstate, '--policy', '-', '--drop-unknown', '--window', '30');
    const proposal = JSON.parse(stdout) as ProposedPolicy;
    expect(proposal).toMatchObject({ unknown: 'drop', windowDays: 30 });
    expect(proposal.removes.map(({ why }) => why)).toContain('unknown-dropped');
    expect(proposal.couldBreak.length).toBeGreaterThan(0);
  });

  it('says why there is no proposal', async () => {
    const { code, stdout } = await run('unused', linked, sampleEstate, '--policy', 'none.json');
    expect([code, stdout]).toEqual([0, expect.stringContaining('service-linked role')]);
  });

  it.each([
    [['unused', sampleEstate, '--policy', 'x.json'], '--policy needs one identity'],
    [['unused', lambda, sampleEstate, '--policy', 'x.json', '--json', 'y.json'], '--policy writes JSON itself'],
    [['unused', lambda, sampleEstate, '--drop-unknown'], '--drop-unknown says something of --policy only'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(join(directory, 'x.json'))).toBe(false);
  });
});
