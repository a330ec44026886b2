import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyreach, sampleEstate, sampleTime } from './run-command.ts';

const estate = join(sampleEstate, 'azure');
const notebook = '4a1f0c2e9b7d4e6f8a3b5c7d9e1f2a4b6c8d0e2f';
const subscription = 'subscriptions/91000000-0000-4000-8000-000000000001';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-cli-azure-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Standard output of a run that must end well, on one line. */
async function told(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await keyreach([...args, '--at', sampleTime], directory);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.replace(/\s+/g, ' ');
}

describe.concurrent('the sample tenant', () => {
  it('leads with the secret that may change every application', async () => {
    const text = await told('analyze', estate);
    expect(text).toMatch(/^Track\*: client secret set up by hand of invoice-mailer, 1278 days old, gives full control/);
    expect(text).toContain('the input lists 6 scopes, 14 identities');
    expect(text).toContain('What is missing, and counts as unknown nothing that was looked for');
  });

  it('does not take an eligible owner for a standing one', async () => {
    const write = 'Microsoft.Authorization/roleAssignments/write';
    const lena = await told('can', 'lena.fischer@shop.example', write, subscription, estate);
    expect(lena).toMatch(/^CONDITIONAL .* allowed only if the role is activated first/);
    expect(await told('can', 'jonas.weber@shop.example', write, subscription, estate)).toMatch(/^DENY /);
    const who = await told('who-can', write, 'shop-office', estate);
    expect(who).toMatch(
      /^1 can, 1 more may: .* proven service principal .* shop-platform .* conditional user .* lena\.fischer/,
    );
  });

  it('reads a vault by its access policies, and no vault by roles of the control plane', async () => {
    const read = 'data:Microsoft.KeyVault/vaults/secrets/getSecret/action';
    expect(await told('can', 'build-agents', read, 'shop-build', estate)).toMatch(/^ALLOW .*access-policy/);
    expect(await told('can', 'shop-platform', read, 'shop-build', estate)).toMatch(/^DENY /);
  });

  it('proposes what becomes of each assignment', async () => {
    const kept = await told('unused', 'build-agents', estate, '--policy', 'kept.json');
    expect(kept).toContain('keep Contributor on resource group build: 0 used, 0 unused');
    expect(kept).toContain('with *, of which nobody can tell');
    const { stdout, stderr } = await keyreach(
      ['unused', 'invoice-mailer', estate, '--policy', '--drop-unknown', '--at', sampleTime],
      directory,
    );
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'keyreach-right-sized-bindings', outcome: 'proposed' });
    expect(stderr).toContain('remove Mail.Send on tenant Shop');
  });

  it('is reached from a key of Google Cloud where both are read, and not where one is', async () => {
    const both = await told('radius', notebook, sampleEstate);
    expect(both).toContain('—federates→ service principal shop-dashboard (Shop)');
    expect(both).toContain('storageaccounts shopinvoices (invoices): control, data-read');
    expect(await told('radius', notebook, join(sampleEstate, 'gcp'))).not.toContain('shop-dashboard');
  });
});
