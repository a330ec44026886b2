import { CONDITIONAL, FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type ResourceNode } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { ARM_PRECONDITIONS } from './arm-precondition-names.ts';
import { armPredicates } from './arm-predicates.ts';
import { armTechniques, azureTechniques } from './azure-techniques.ts';
import { directoryPredicates } from './directory-predicates.ts';
import { inertArmTechniques } from './inert-arm-techniques.ts';

/** Ids of azure.md 3.1 to 3.3. */
const SLUGS = `
  arm-role-assign arm-role-def-edit arm-pim-assign arm-pim-eligible arm-pim-policy arm-elevate arm-deny-delete
  arm-lock-delete arm-mg-move arm-policy-deploy arm-lighthouse arm-blueprint arm-entra-ds
  arm-vm-run arm-vm-app arm-vm-login arm-vm-serial arm-bastion-link arm-vmss-run arm-arc-run arm-guestconfig
  arm-disk-copy arm-aks-run arm-aks-admin arm-aks-user arm-aks-data arm-aks-trusted arm-aks-write arm-aks-gitops
  arm-web-deploy arm-web-keys arm-swa arm-automation-job arm-automation-indirect arm-automation-start
  arm-logic-edit arm-logic-trigger arm-api-connection arm-aci-run arm-aca-run arm-acr-task arm-acr-push
  arm-deploy-script arm-deployment arm-batch arm-ml arm-adf arm-hdinsight arm-cluster-cred arm-apim
  arm-image-template arm-avd-token arm-restore
  arm-uami-attach arm-uami-fic arm-kv-policy arm-kv-mode arm-kv-read arm-kv-sign arm-kv-deploy arm-storage-key
  arm-storage-write arm-storage-udk arm-storage-user arm-storage-data arm-cosmos arm-bus-key arm-acr-cred
  arm-sql-admin arm-other-keys`
  .trim()
  .split(/\s+/);

describe('techniques of Azure Resource Manager', () => {
  it('are all rows of azure.md, each as a technique or with a reason', () => {
    const rows = new Set(armTechniques.map(({ slug }) => slug));
    const inert = inertArmTechniques.map(({ slug }) => slug);
    expect(inert.filter((slug) => rows.has(slug))).toEqual([]);
    expect([...rows, ...inert].sort()).toEqual([...SLUGS].sort());
  });

  it('have ids of their own', () => {
    const ids = azureTechniques.techniques.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('name predicates that mean one thing', () => {
    const shared = ARM_PRECONDITIONS.filter((name) => Object.hasOwn(directoryPredicates, name));
    expect(shared.filter((name) => name !== 'unverified')).toEqual([]);
  });
});

describe('preconditions', () => {
  const graph = new GraphIndex({
    nodes: [],
    edges: [],
    documents: [],
    policies: [],
    attachments: [],
    usage: [],
    observations: [],
    gaps: [],
  } as never);
  const target = (attributes: ResourceNode['attributes']): ResourceNode => ({
    kind: 'resource',
    id: 'x',
    provider: 'azure',
    type: 't',
    name: 'x',
    ...(attributes === undefined ? {} : { attributes }),
  });

  it.each([
    ['access-policies', 'rbac', false],
    ['accepts-admin-user', 'adminUser', true],
    ['accepts-keys', 'sharedKey', true],
    ['accepts-keys', 'localAuth', true],
    ['accepts-local-accounts', 'localAccounts', true],
    ['asks-azure-roles', 'azureRbac', true],
    ['asks-roles', 'rbac', true],
    ['boot-diagnostics-on', 'bootDiagnostics', true],
    ['not-entra-integrated', 'entraIntegrated', false],
    ['sftp-on', 'sftp', true],
    ['template-deployment-on', 'enabledForTemplateDeployment', true],
  ] as const)('%s reads %s', (name, fact, holds) => {
    const ask = (attributes: ResourceNode['attributes']) => armPredicates[name](target(attributes), graph);
    expect([ask({ [fact]: holds }), ask({ [fact]: !holds }), ask({}), ask(undefined)]).toEqual([
      TRUE,
      FALSE,
      UNKNOWN,
      UNKNOWN,
    ]);
  });

  it('take a machine that does not run for one that may', () => {
    const ask = (powerState?: string) =>
      armPredicates.running(target(powerState === undefined ? {} : { powerState }), graph);
    expect([ask('running'), ask('deallocated'), ask()]).toEqual([TRUE, CONDITIONAL, CONDITIONAL]);
  });

  it('take a custom role of several scopes for one that perhaps cannot be changed', () => {
    const ask = (assignableScopes: readonly string[]) =>
      armPredicates['assignable-in-one-scope'](target({ assignableScopes }), graph);
    expect([ask(['/a']), ask(['/a', '/b']), ask([])]).toEqual([TRUE, UNKNOWN, UNKNOWN]);
  });
});
