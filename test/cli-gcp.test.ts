import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyreach, sampleEstate, sampleTime } from './run-command.ts';

const estate = join(sampleEstate, 'gcp');
const assets = join(estate, 'assets.ndjson');
const notebook = 'notebook@shop-ml-dev.iam.gserviceaccount.com';
const terraform = 'terraform@shop-analytics.iam.gserviceaccount.com';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyreach-cli-gcp-'));
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

describe.concurrent('a lone assets.ndjson', () => {
  it('tells what basic roles lead to, and which roles it cannot expand', async () => {
    const text = await told('analyze', assets);
    expect(text).toContain(`Track*: service account ${terraform} gives full control of project shop-analytics`);
    expect(text).toMatch(/permissions of `roles\/bigquery\.dataEditor`.* are not in the input/);
    expect(text).toContain('gcloud iam roles describe ROLE --format=json');
    expect(text).toMatch(/4 scopes, \d+ identities, 1 credential, /);
  });

  it('does not take what it cannot expand for nothing', async () => {
    const asked = ['iam.serviceAccounts.getAccessToken', terraform] as const;
    expect(await told('can', notebook, ...asked, assets)).toMatch(/^UNKNOWN /);
    expect(await told('can', notebook, ...asked, estate)).toMatch(/^ALLOW /);
    expect(await told('can', terraform, 'resourcemanager.projects.setIamPolicy', 'shop-ml-dev', assets)).toMatch(
      /^ALLOW /,
    );
  });
});

describe.concurrent('the sample estate of Google Cloud', () => {
  it('names the account that nobody used, and those of which nobody can tell', async () => {
    const text = await told('unused', estate);
    expect(text).toMatch(/^1 of 7 identities unused, 3 unknown/);
    expect(text).toContain(`unused service account ${notebook}`);
    expect(text).toContain('unknown user lena.fischer@shop.example');
    expect(text).toContain(`used service account ${terraform}`);
  });

  it('takes away what an unused account is given', async () => {
    const text = await told('unused', notebook, estate, '--policy', 'notebook.json');
    expect(text).toContain('remove roles/iam.serviceAccountTokenCreator on project shop-analytics');
    expect(text).toContain('gcloud projects remove-iam-policy-binding shop-analytics');
  });

  it('says what the input lacks, as it is', async () => {
    const asked = [terraform, 'translate.glossaries.list', 'shop-analytics', estate, '--at', sampleTime];
    const { stdout, stderr } = await keyreach(['can', ...asked], directory);
    const text = stdout.replace(/\s+/g, ' ');
    expect(stderr).toContain('`translate.glossaries.list` is no action the catalogue knows');
    expect(text).toMatch(/^UNKNOWN /);
    expect(text).toContain('the input cannot decide it: the input does not list the permissions of `roles/owner`');
  });
});
