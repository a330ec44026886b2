import {
  APPLICATION,
  APPLICATION_GIVES_TOKENS,
  all,
  allowed,
  any,
  anyOf,
  holds,
  PRINCIPAL_TAKES_CREDENTIALS,
  SERVICE_PRINCIPAL,
  USER,
} from './directory-requirements.ts';
import { type DirectoryRequirement, type DirectoryTechnique, directoryTable } from './directory-row.ts';

/** One task on an application: on every one, or on those of a single tenant only (azure.md 1.4). */
const onApplication = (task: string): DirectoryRequirement =>
  any(
    allowed(`microsoft.directory/applications/${task}`),
    all(allowed(`microsoft.directory/applications.myOrganization/${task}`), holds('single-tenant-application')),
  );

/** Roles over applications and service principals (azure.md 3.4). */
export const entraApplicationTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.4', [
  {
    slug: 'entra-app-cred',
    title: 'Adds a credential to the application and signs in as its service principal',
    attack: ['T1098.001'],
    target: APPLICATION,
    requires: all(onApplication('credentials/update'), holds('no-blueprint'), APPLICATION_GIVES_TOKENS),
    yields: 'become-runtime',
  },
  {
    slug: 'entra-sp-cred',
    title: 'Adds a credential to the service principal and signs in as it',
    attack: ['T1098.001'],
    target: SERVICE_PRINCIPAL,
    requires: all(allowed('microsoft.directory/servicePrincipals/credentials/update'), PRINCIPAL_TAKES_CREDENTIALS),
    yields: 'become',
  },
  {
    slug: 'entra-app-owner',
    title: 'Makes itself owner of the application and adds a credential to it',
    attack: ['T1098.001'],
    target: APPLICATION,
    requires: all(onApplication('owners/update'), holds('no-blueprint'), APPLICATION_GIVES_TOKENS),
    yields: 'become-runtime',
  },
  {
    slug: 'entra-app-owner',
    variant: 'principal',
    title: 'Makes itself owner of the service principal and adds a credential to it',
    attack: ['T1098.001'],
    target: SERVICE_PRINCIPAL,
    requires: all(allowed('microsoft.directory/servicePrincipals/owners/update'), PRINCIPAL_TAKES_CREDENTIALS),
    yields: 'become',
  },
  {
    slug: 'entra-app-auth',
    title: 'Lets a subject of its own sign in as the application',
    attack: ['T1098.001'],
    target: APPLICATION,
    // That the action covers federated credentials is not documented.
    requires: all(
      onApplication('authentication/update'),
      holds('no-blueprint'),
      holds('unverified-path'),
      APPLICATION_GIVES_TOKENS,
    ),
    yields: 'become-runtime',
  },
  {
    slug: 'entra-oauth-grant',
    title: 'Grants a client of its own the rights of users and acts as those who sign in to it',
    attack: ['T1528'],
    target: USER,
    requires: all(
      anyOf(
        'microsoft.directory/oAuth2PermissionGrants/create',
        'microsoft.directory/oAuth2PermissionGrants/basic/update',
      ),
      holds('person'),
      holds('user-signs-in-there'),
    ),
    yields: 'become',
  },
  {
    slug: 'entra-agent',
    title: 'Adds a credential to the blueprint and signs in as all of its agents',
    attack: ['T1098.001'],
    target: APPLICATION,
    requires: all(
      anyOf(
        'microsoft.directory/agentIdentityBlueprints/credentials/update',
        'microsoft.directory/agentIdentityBlueprints/owners/update',
      ),
      holds('agent-blueprint'),
      APPLICATION_GIVES_TOKENS,
    ),
    yields: 'become-runtime',
  },
  {
    slug: 'entra-agent',
    variant: 'identity',
    title: 'Changes how the agent signs in and who owns it',
    attack: ['T1098.001'],
    target: { kind: 'identity', types: ['agent'] },
    // An agent has no credentials of its own.
    requires: all(
      anyOf(
        'microsoft.directory/agentIdentities/authentication/update',
        'microsoft.directory/agentIdentities/owners/update',
      ),
      holds('unverified-path'),
      holds('signs-in'),
    ),
    yields: 'become',
  },
  {
    slug: 'entra-devops',
    title: 'Runs pipelines that act as the identity of a service connection',
    attack: ['T1528'],
    target: { kind: 'identity', types: ['service-principal', 'managed-identity'] },
    requires: all(
      allowed('microsoft.azure.devOps/allEntities/allTasks'),
      holds('pipelines-act-as-it'),
      holds('signs-in'),
    ),
    yields: 'become',
  },
]);
