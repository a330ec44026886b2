import { CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphNode } from '@keyreach/core/graph';
import type { ScopedPredicate } from '@keyreach/core/reach';
import type { ArmPredicateName } from './arm-precondition-names.ts';

/** What a flag of the target says; absent: the input does not tell. */
const flag =
  (name: string, wanted = true): ScopedPredicate =>
  (target) =>
    flagOf(target, name, wanted);

function flagOf({ attributes }: GraphNode, name: string, wanted: boolean): Truth {
  const value = attributes?.[name];
  if (typeof value !== 'boolean') return UNKNOWN;
  return value === wanted ? TRUE : FALSE;
}

/** Preconditions of rows of Azure Resource Manager. What is not told is unknown. */
export const armPredicates: Readonly<Record<ArmPredicateName, ScopedPredicate>> = {
  'access-policies': flag('rbac', false),
  'accepts-admin-user': flag('adminUser'),
  'accepts-keys': (target) => {
    const { attributes } = target;
    // Which switch there is depends on the type; where none is told nobody knows.
    if (attributes?.['sharedKey'] !== undefined) return flagOf(target, 'sharedKey', true);
    return flagOf(target, 'localAuth', true);
  },
  'accepts-local-accounts': flag('localAccounts'),
  'asks-azure-roles': flag('azureRbac'),
  'asks-roles': flag('rbac'),
  'assignable-in-one-scope': ({ attributes }) => {
    const scopes = attributes?.['assignableScopes'];
    return Array.isArray(scopes) && scopes.length === 1 ? TRUE : UNKNOWN;
  },
  'boot-diagnostics-on': flag('bootDiagnostics'),
  'depends-on-what-runs': () => CONDITIONAL,
  'not-entra-integrated': flag('entraIntegrated', false),
  // Machines are switched off and on: that one does not run now, or that nobody tells, stops nobody for good.
  running: ({ attributes }) => or(CONDITIONAL, attributes?.['powerState'] === 'running' ? TRUE : FALSE),
  'sftp-on': flag('sftp'),
  'template-deployment-on': flag('enabledForTemplateDeployment'),
  unverified: () => UNKNOWN,
};
