import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_FILES } from '../../bundle/input-files.ts';
import type { AwsInputObjects } from '../../bundle/input-from-objects.ts';

/** The bundle of test-data, one of each thing, as values in memory. */
export function smallBundle(): AwsInputObjects {
  const root = fileURLToPath(new URL('../../../test-data/small-bundle/', import.meta.url));
  const json = (path: string): unknown => JSON.parse(readFileSync(root + path, 'utf8'));
  const account = '444455556666';
  const files = ACCOUNT_FILES.filter(({ key }) => key !== 'cloudTrail').map(({ key, path }) => {
    const file = `accounts/${account}/${path}`;
    return [key, key === 'credentialReport' ? readFileSync(root + file, 'utf8') : json(file)];
  });
  return {
    organization: json('organization.json'),
    accounts: {
      '111122223333': { authorizationDetails: json('accounts/111122223333/iam/account-authorization-details.json') },
      [account]: Object.fromEntries(files),
    },
    collectedAt: '2026-06-01T00:00:00Z',
  };
}
