import { expect, it } from 'vitest';
import { useSourceFor } from './use-sources.ts';

it('names what would tell of a thing of Azure, by its type', () => {
  expect(useSourceFor('azure', 'identity', 'service-principal')).toContain('servicePrincipalSignInActivities');
  expect(useSourceFor('azure', 'identity', 'managed-identity')).toBe('sign-in logs of the whole window');
  expect(useSourceFor('azure', 'credential', 'certificate')).toContain('appCredentialSignInActivities');
  expect(useSourceFor('azure', 'credential', 'federated-identity-credential')).toBe('sign-in logs of the whole window');
  expect(useSourceFor('azure', 'credential', 'certificate', 'the report')).toBe('sign-in logs of the whole window');
  expect(useSourceFor('azure', 'identity', 'service-principal', 'it')).toBe('sign-in logs of the whole window');
  expect(useSourceFor('azure', 'credential', 'storage-key')).toBe('nothing that Azure records');
});

it('names an audit log where nothing else is known', () => {
  expect(useSourceFor('elsewhere', 'identity', 'x')).toBe('an audit log of the whole window');
});
