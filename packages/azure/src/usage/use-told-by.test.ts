import { expect, it } from 'vitest';
import { azureUseToldBy } from './use-told-by.ts';

it.each([
  ['Microsoft.Compute/virtualMachines/write', 'the Activity Log of its subscription'],
  ['Microsoft.Storage/storageAccounts/listKeys/action', 'the Activity Log of its subscription'],
  ['Microsoft.Compute/virtualMachines/Read', 'nothing that Azure records'],
  ['data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read', 'diagnostic logs of the resource'],
  ['graph:Application.ReadWrite.All', 'logs of calls of Microsoft Graph'],
  ['app:00000002-0000-0ff1-ce00-000000000000/full_access_as_app', 'logs of the API itself'],
  ['microsoft.directory/applications/credentials/update', 'the audit log of Entra ID'],
  ['microsoft.directory/applications/standard/read', 'nothing that Azure records'],
])('whether %s was used', (action, expected) => {
  expect(azureUseToldBy(action).startsWith(expected)).toBe(true);
});
