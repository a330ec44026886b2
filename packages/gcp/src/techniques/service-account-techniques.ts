import type { ScopedLimit } from '@keyreach/core/reach';
import { BOUND_KEY, DELEGATION, ID_TOKEN, STORAGE_KEY } from './limits.ts';
import {
  all,
  allowed,
  any,
  ENABLED,
  MAY_RELAX_ORG_POLICY,
  onHome,
  resources,
  SERVICE_ACCOUNT,
} from './requirements.ts';
import { type GcpRequirement, type GcpTechnique, type GcpTechniqueRow, tableOf } from './technique-row.ts';

/** A row about the service account itself; it must be enabled for what it gives to be of use. */
const own = (
  slug: string,
  title: string,
  attack: GcpTechniqueRow['attack'],
  ...requires: readonly GcpRequirement[]
): GcpTechniqueRow => ({
  slug,
  title,
  attack,
  target: SERVICE_ACCOUNT,
  requires: all(...requires, ENABLED),
  yields: 'become',
});

/** A credential of the account that serves for some things only. */
const limited = (within: ScopedLimit, row: GcpTechniqueRow): GcpTechniqueRow => ({ ...row, within });

/** Credentials of service accounts (gcp.md 3.A). Signing is as good as a token of one's own, for any API (gcp.md 3.A). */
export const serviceAccountTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.A', [
  own(
    'sa-access-token',
    'Makes an access token of the service account',
    ['T1548.005', 'T1550.001'],
    allowed('iam.serviceAccounts.getAccessToken'),
  ),
  own(
    'sa-sign-jwt',
    'Has a token request signed by the service account and exchanges it for an access token',
    ['T1548.005', 'T1606.002'],
    allowed('iam.serviceAccounts.signJwt'),
  ),
  own(
    'sa-sign-blob',
    'Has the bytes of a token request signed by the service account and exchanges it for an access token',
    ['T1548.005', 'T1606.002'],
    allowed('iam.serviceAccounts.signBlob'),
  ),
  own(
    'sa-key-create',
    'Creates a key of the service account',
    ['T1098.001'],
    allowed('iam.serviceAccountKeys.create'),
    any({ holds: 'keys-may-be-created' }, MAY_RELAX_ORG_POLICY),
  ),
  own(
    'sa-key-upload',
    'Uploads the public half of a key pair to the service account',
    ['T1098.001'],
    allowed('iam.serviceAccountKeys.create'),
    any({ holds: 'keys-may-be-uploaded' }, MAY_RELAX_ORG_POLICY),
  ),
  own(
    'sa-key-enable',
    'Enables a disabled key of the service account that it holds',
    ['T1098.001'],
    allowed('iam.serviceAccountKeys.enable'),
    { holds: 'has-disabled-key' },
  ),
  {
    slug: 'sa-enable',
    title: 'Enables a disabled service account a key of which it holds',
    attack: ['T1098.001'],
    target: SERVICE_ACCOUNT,
    requires: all(allowed('iam.serviceAccounts.enable'), { holds: 'disabled' }, { holds: 'has-user-key' }),
    yields: 'become',
  },
  {
    slug: 'sa-set-policy',
    title: 'Gives itself the right to make tokens of the service account',
    attack: ['T1098.003', 'T1548.005'],
    target: SERVICE_ACCOUNT,
    requires: allowed('iam.serviceAccounts.setIamPolicy'),
    yields: 'control',
  },
  limited(
    ID_TOKEN,
    own(
      'sa-id-token',
      'Makes an ID token of the service account, for whatever accepts it',
      ['T1548.005', 'T1550.001'],
      allowed('iam.serviceAccounts.getOpenIdToken'),
    ),
  ),
  limited(
    DELEGATION,
    own(
      'sa-implicit-delegation',
      'Makes tokens of the accounts that the service account may make tokens of',
      ['T1548.005', 'T1550.001'],
      allowed('iam.serviceAccounts.implicitDelegation'),
    ),
  ),
  limited(
    STORAGE_KEY,
    own(
      'sa-hmac-create',
      'Creates a storage key of the service account',
      ['T1098.001'],
      onHome('storage.hmacKeys.create'),
    ),
  ),
  limited(
    STORAGE_KEY,
    own(
      'sa-hmac-activate',
      'Activates an inactive storage key of the service account the secret of which it holds',
      ['T1098.001'],
      onHome('storage.hmacKeys.update'),
      { holds: 'has-inactive-hmac-key' },
    ),
  ),
  limited(
    BOUND_KEY,
    own(
      'api-key-bind',
      'Creates an API key that is bound to the service account',
      ['T1098.001'],
      onHome('apikeys.keys.create'),
      allowed('iam.serviceAccountApiKeyBindings.create'),
      any({ holds: 'api-keys-may-be-bound' }, MAY_RELAX_ORG_POLICY),
    ),
  ),
  {
    slug: 'api-key-read',
    title: 'Reads the string of the API key, which acts as the account it is bound to where keys are taken',
    attack: ['T1552.001'],
    target: resources('apikeys.googleapis.com/Key'),
    requires: allowed('apikeys.keys.getKeyString'),
    yields: 'become-stored',
  },
]);
