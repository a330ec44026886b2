import type { DirectoryPredicateName } from './directory-precondition-names.ts';
import type { DirectoryAction, DirectoryRequirement, DirectoryTarget } from './directory-row.ts';

/** Applications, blueprints of agents among them. */
export const APPLICATION: DirectoryTarget = { kind: 'resource', types: ['application'] };

/** Service principals of applications. Managed identities and agents refuse credentials (azure.md 1.5, 2). */
export const SERVICE_PRINCIPAL: DirectoryTarget = { kind: 'identity', types: ['service-principal'] };

/** Groups of every kind. */
export const GROUP: DirectoryTarget = { kind: 'identity', types: ['group'] };

/** Users, those of agents among them. */
export const USER: DirectoryTarget = { kind: 'identity', types: ['user'] };

/** The directory as a whole. */
export const TENANT: DirectoryTarget = { kind: 'scope', types: ['tenant'] };

/** The root of Azure Resource Manager. */
export const ARM_ROOT: DirectoryTarget = { kind: 'scope', types: ['arm-root'] };

/** The caller is allowed the action on the target. */
export const allowed = (action: DirectoryAction): DirectoryRequirement => ({ allowed: action });

/** The predicate holds of the target. */
export const holds = (name: DirectoryPredicateName): DirectoryRequirement => ({ holds: name });

/** All of the requirements. */
export const all = (...requirements: readonly DirectoryRequirement[]): DirectoryRequirement => ({ all: requirements });

/** One of the requirements. */
export const any = (...requirements: readonly DirectoryRequirement[]): DirectoryRequirement => ({ any: requirements });

/** One of the actions on the target. */
export const anyOf = (...actions: readonly DirectoryAction[]): DirectoryRequirement => any(...actions.map(allowed));

/** One of the actions on the directory as a whole, whatever restricts the target. */
export const onTenant = (...actions: readonly DirectoryAction[]): DirectoryRequirement =>
  all({ anywhere: TENANT, that: anyOf(...actions) }, holds('one-tenant'));

const SWITCHES_ON: DirectoryRequirement = anyOf(
  'microsoft.directory/servicePrincipals/enable',
  'graph:Application.ReadWrite.All',
  'graph:Application.ReadUpdate.All',
);

/** Tokens of what the application runs as can be had, or whoever takes it over switches it on. */
export const APPLICATION_GIVES_TOKENS: DirectoryRequirement = any(
  holds('gives-tokens'),
  all({ attached: SWITCHES_ON }, holds('runs-as-one-principal')),
);

/** A secret or certificate on the service principal signs in (azure.md 2). */
export const PRINCIPAL_TAKES_CREDENTIALS: DirectoryRequirement = all(
  holds('takes-credentials'),
  any(holds('signs-in'), SWITCHES_ON),
);

/** Members of the group are written in the cloud (azure.md 1.5). */
export const EDITABLE_GROUP: DirectoryRequirement = all(holds('assigned-membership'), holds('managed-in-cloud'));

/** The user signs in, or whoever takes it over switches it on. */
export const USER_SIGNS_IN: DirectoryRequirement = any(
  holds('signs-in'),
  anyOf(
    'microsoft.directory/users/enable',
    'graph:User.EnableDisableAccount.All',
    'graph:User.ReadWrite.All',
    'graph:Directory.ReadWrite.All',
  ),
);

/** A new password signs in as the user. */
export const PASSWORD_SIGNS_IN: DirectoryRequirement = all(holds('password-of-its-own'), USER_SIGNS_IN);

/** Whatever else signs in as a user: not as one of an agent, which only its agent acts as. */
export const PERSON_SIGNS_IN: DirectoryRequirement = all(holds('person'), USER_SIGNS_IN);

/** Temporary access passes are on, or whoever hands one out switches them on. */
export const PASSES_ON: DirectoryRequirement = any(
  holds('passes-on'),
  onTenant(
    'graph:Policy.ReadWrite.AuthenticationMethod',
    'microsoft.directory/organization/strongAuthentication/update',
    'microsoft.directory/userCredentialPolicies/basic/update',
  ),
);

/** The method of sign-in is on, or whoever registers one switches it on. */
export const METHOD_ON: DirectoryRequirement = any(
  holds('sign-in-by-that-method-on'),
  onTenant(
    'graph:Policy.ReadWrite.AuthenticationMethod',
    'microsoft.directory/organization/strongAuthentication/update',
  ),
);
