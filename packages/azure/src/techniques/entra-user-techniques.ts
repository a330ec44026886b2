import {
  all,
  allowed,
  anyOf,
  holds,
  onTenant,
  PASSES_ON,
  PASSWORD_SIGNS_IN,
  PERSON_SIGNS_IN,
  USER,
} from './directory-requirements.ts';
import {
  type DirectoryAttackId,
  type DirectoryRequirement,
  type DirectoryRow,
  type DirectoryTechnique,
  directoryTable,
} from './directory-row.ts';

const takeOver = (
  slug: string,
  title: string,
  attack: readonly DirectoryAttackId[],
  ...requires: readonly DirectoryRequirement[]
): DirectoryRow => ({ slug, title, attack, target: USER, requires: all(...requires), yields: 'become' });

/**
 * Roles over users and how they sign in (azure.md 3.4). Whose password a role may reset is a condition of what the role grants
 * (docs/graph-azure.md, `{ resets }`), no precondition of a row.
 */
export const entraUserTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.4', [
  takeOver(
    'entra-pw-reset',
    'Resets the password of the user',
    ['T1098.003'],
    allowed('microsoft.directory/users/password/update'),
    PASSWORD_SIGNS_IN,
  ),
  takeOver(
    'entra-auth-method',
    'Adds a way to sign in as the user, a temporary access pass say',
    ['T1556.006'],
    anyOf(
      'microsoft.directory/users/authenticationMethods/create',
      'microsoft.directory/users/authenticationMethods/basic/update',
    ),
    PASSES_ON,
    PERSON_SIGNS_IN,
  ),
  takeOver(
    'entra-cert-ids',
    'Maps a certificate of its own to the user',
    ['T1556.006'],
    allowed('microsoft.directory/users/authorizationInfo/update'),
    holds('certificate-sign-in-on'),
    PERSON_SIGNS_IN,
  ),
  takeOver(
    'entra-federation',
    'Federates the domain of the user with an issuer of its own and forges its tokens',
    ['T1484.002', 'T1606.002'],
    onTenant(
      'microsoft.directory/domains/federation/update',
      'microsoft.directory/domains/federationConfiguration/create',
      'microsoft.directory/domains/federationConfiguration/basic/update',
    ),
    holds('domain-can-be-federated'),
    PERSON_SIGNS_IN,
  ),
  takeOver(
    'entra-hybrid',
    'Takes over synchronisation and signs in as a user that it brings',
    ['T1556.007'],
    onTenant(
      'microsoft.directory/onPremisesSynchronization/basic/update',
      'microsoft.directory/hybridAuthenticationPolicy/basic/update',
      'microsoft.directory/passwordHashSync/basic/update',
      'microsoft.directory/cloudProvisioning/basic/update',
    ),
    holds('synchronised'),
    PERSON_SIGNS_IN,
  ),
  takeOver(
    'entra-org-ca',
    'Makes the directory trust a certificate authority of its own',
    ['T1556.006', 'T1606.002'],
    onTenant('microsoft.directory/organization/trustedCAsForPasswordlessAuth/update'),
    holds('certificate-sign-in-on'),
    PERSON_SIGNS_IN,
  ),
  {
    ...takeOver(
      'entra-lifecycle',
      'Has a workflow make a temporary access pass for the user',
      ['T1556.006'],
      onTenant('microsoft.directory/lifecycleWorkflows/workflows/basic/update'),
      holds('passes-on'),
      PERSON_SIGNS_IN,
    ),
    variant: 'pass',
  },
  takeOver(
    'entra-intune',
    'Runs code on managed devices and takes the tokens of whoever uses them',
    ['T1072'],
    onTenant('microsoft.intune/allEntities/allTasks', 'microsoft.cloudPC/allEntities/allProperties/allTasks'),
    holds('uses-a-managed-device'),
    PERSON_SIGNS_IN,
  ),
  takeOver(
    'entra-laps',
    'Reads the password of the local administrator of a device and takes the tokens of whoever uses it',
    ['T1528'],
    onTenant('microsoft.directory/deviceLocalCredentials/password/read'),
    holds('uses-a-managed-device'),
    PERSON_SIGNS_IN,
  ),
]);
