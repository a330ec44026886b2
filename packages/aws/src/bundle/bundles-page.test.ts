import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_FILES } from './input-files.ts';
import { awsInputFromObjects } from './input-from-objects.ts';
import { readWith } from './testing/report.ts';
import { readTrailUsage } from './trail-usage-file.ts';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/bundles-aws.md', import.meta.url)), 'utf8');

/** The example of a file on the page. */
function example(file: string): unknown {
  const start = page.indexOf('```json\n', page.indexOf(`<!-- read as ${file} -->`)) + '```json\n'.length;
  return JSON.parse(page.slice(start, page.indexOf('\n```', start)));
}

describe('docs/bundles-aws.md', () => {
  it('names every file of an account', () => {
    for (const { path } of ACCOUNT_FILES) {
      expect(page).toContain(path.slice(path.lastIndexOf('/') + 1));
    }
  });

  it('has examples that are read as they stand', () => {
    const input = awsInputFromObjects({
      organization: example('organization.json'),
      accounts: {
        '444455556666': { identityCenter: example('identity-center.json'), resources: example('resources.json') },
      },
    });
    expect(input.gaps.filter(({ kind }) => kind !== 'missing-file')).toEqual([]);
    const [organization] = input.organizations;
    expect(organization?.features).toEqual({
      rootFeatures: ['RootCredentialsManagement', 'RootSessions'],
      trustedServices: ['iam.amazonaws.com', 'sso.amazonaws.com'],
      delegatedAdministrators: {
        items: [{ Id: '444455556666', services: { items: ['sso.amazonaws.com'], complete: true } }],
        complete: true,
      },
      resourcePolicy: null,
    });
    const { identityCenter, resources } = input.accounts['444455556666'] ?? {};
    expect(identityCenter?.assignments).toMatchObject({ complete: true, items: [{ PrincipalType: 'GROUP' }] });
    expect(identityCenter?.permissionSets.items[0]).toMatchObject({ boundary: null, hasInlinePolicy: false });
    expect(resources?.items).toHaveLength(2);
    const { value, problems } = readWith((report) => readTrailUsage(example('usage.json'), report));
    expect(problems).toEqual([]);
    expect(value).toMatchObject({ rows: [{ count: 1200 }], coverage: [{ account: '444455556666' }] });
  });
});
