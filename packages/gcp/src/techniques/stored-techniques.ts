import { allowed, any, resources } from './requirements.ts';
import { type ResourceType, SOURCE_REPOSITORIES } from './target-types.ts';
import { type GcpTechnique, type GcpTechniqueRow, type PermissionName, tableOf } from './technique-row.ts';

/** Reads what is stored there; of use where the configuration tells which credential that is. */
const read = (
  slug: string,
  title: string,
  attack: GcpTechniqueRow['attack'],
  types: readonly ResourceType[],
  ...permissions: readonly PermissionName[]
): GcpTechniqueRow => ({
  slug,
  title,
  attack,
  target: resources(...types),
  requires: permissions.length === 1 ? allowed(permissions[0]!) : any(...permissions.map(allowed)),
  yields: 'become-stored',
});

/** Credentials in stores (gcp.md 3.G). What else can be read there is access, not identity. */
export const storedTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.G', [
  read(
    'secret-read',
    'Reads the secret',
    ['T1555.006'],
    ['secretmanager.googleapis.com/Secret', 'secretmanager.googleapis.com/SecretVersion'],
    'secretmanager.versions.access',
  ),
  read(
    'parameter-read',
    'Reads the parameter with the secrets in it',
    ['T1555.006'],
    ['parametermanager.googleapis.com/Parameter', 'parametermanager.googleapis.com/ParameterVersion'],
    'parametermanager.parameterVersions.render',
  ),
  read(
    'bucket-read',
    'Reads credentials in objects of the bucket',
    ['T1530', 'T1552.001'],
    ['storage.googleapis.com/Bucket'],
    'storage.objects.get',
  ),
  read(
    'artifact-read',
    'Reads credentials in images of the repository',
    ['T1552.001'],
    ['artifactregistry.googleapis.com/Repository'],
    'artifactregistry.repositories.downloadArtifacts',
  ),
  read('repo-read', 'Reads credentials in the repository', ['T1552.001'], SOURCE_REPOSITORIES, 'source.repos.get'),
  {
    ...read(
      'repo-read',
      'Reads credentials in the connected repository',
      ['T1552.001'],
      ['cloudbuild.googleapis.com/Repository'],
      'cloudbuild.repositories.accessReadToken',
    ),
    variant: 'connected',
  },
  {
    ...read(
      'repo-read',
      'Reads credentials in the linked repository',
      ['T1552.001'],
      ['developerconnect.googleapis.com/GitRepositoryLink'],
      'developerconnect.gitRepositoryLinks.fetchReadToken',
    ),
    variant: 'linked',
  },
  read(
    'log-read',
    'Reads credentials in log entries',
    ['T1552.001'],
    ['logging.googleapis.com/LogBucket'],
    'logging.logEntries.list',
    'logging.privateLogEntries.list',
  ),
  {
    ...read(
      'log-read',
      'Reads credentials in messages of the subscription',
      ['T1552.001'],
      ['pubsub.googleapis.com/Subscription'],
      'pubsub.subscriptions.consume',
    ),
    variant: 'messages',
  },
]);
