import { FALSE, globMatch, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { Selector } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { blockedBy, boundaryStatement, canBlock } from './boundary-statements.ts';

const named = (selectors: readonly Selector[], action: string): boolean =>
  selectors.some(
    ({ include, exclude }) =>
      include.some((pattern) => globMatch(pattern, action)) && !exclude.some((pattern) => globMatch(pattern, action)),
  );

function outcome(version: string | undefined, action: string): 'blocked' | 'free' | 'perhaps' {
  const { free, perhaps } = blockedBy(version);
  return named(free, action) ? 'free' : named(perhaps, action) ? 'perhaps' : 'blocked';
}

describe('blockedBy', () => {
  it.each([
    ['1', 'storage.objects.get', 'blocked'],
    ['1', 'storage.objects.list', 'free'],
    ['2', 'storage.objects.list', 'blocked'],
    ['1', 'pubsub.topics.publish', 'blocked'],
    ['1', 'pubsub.topics.setIamPolicy', 'free'],
    ['3', 'pubsub.topics.setIamPolicy', 'blocked'],
    ['2', 'resourcemanager.projects.setIamPolicy', 'blocked'],
    ['1', 'resourcemanager.projects.setIamPolicy', 'free'],
    ['4', 'resourcemanager.projects.createPolicyBinding', 'free'],
    ['2', 'iam.serviceAccounts.getAccessToken', 'free'],
    ['3', 'iam.serviceAccounts.getAccessToken', 'blocked'],
    ['3', 'iam.serviceAccounts.createTagBinding', 'free'],
    ['3', 'secretmanager.versions.access', 'free'],
    ['4', 'secretmanager.versions.access', 'blocked'],
    ['3', 'serviceusage.apiKeys.regenerate', 'blocked'],
    ['3', 'serviceusage.services.enable', 'free'],
    ['3', 'bigtable.tables.readRows', 'blocked'],
    ['3', 'cloudkms.importJobs.useToImport', 'free'],
    ['4', 'cloudkms.importJobs.useToImport', 'blocked'],
    ['4', 'cloudkms.locations.get', 'free'],
    ['3', 'iam.googleapis.com/workforcePools.get', 'free'],
    ['4', 'iam.googleapis.com/workforcePools.get', 'blocked'],
    ['4', 'iam.workloadIdentityPools.createPolicyBinding', 'free'],
    ['4', 'compute.instances.setMetadata', 'free'],
    ['4', 'compute.projects.setCommonInstanceMetadata', 'free'],
    ['4', 'run.services.setIamPolicy', 'free'],
    ['4', 'run.routes.invoke', 'free'],
    ['4', 'appengine.versions.create', 'free'],
    ['1', 'redis.instances.get', 'perhaps'],
    ['2', 'redis.instances.get', 'blocked'],
    ['3', 'networkservices.gateways.get', 'perhaps'],
    ['3', 'networkservices.edgeCacheServices.get', 'blocked'],
    ['2', 'networkservices.gateways.get', 'free'],
    ['4', 'dlp.jobs.get', 'perhaps'],
    ['7', 'dlp.jobs.get', 'perhaps'],
    ['7', 'secretmanager.versions.access', 'blocked'],
    ['7', 'compute.instances.get', 'perhaps'],
  ] as const)('version %s, %s: %s', (version, action, expected) => {
    expect(outcome(version, action)).toBe(expected);
    expect(canBlock(version, action)).toBe({ blocked: TRUE, free: FALSE, perhaps: UNKNOWN }[expected]);
  });

  it('takes no version and `latest` for the default one', () => {
    expect(blockedBy(undefined)).toEqual(blockedBy('3'));
    expect(blockedBy('latest')).toEqual(blockedBy('3'));
  });
});

describe('boundaryStatement', () => {
  it('lets through all below its resources, whatever the order they are told in', () => {
    expect(boundaryStatement(['b', 'a'])).toEqual(boundaryStatement(['a', 'b', 'a']));
    expect(boundaryStatement(['b', 'a'])).toMatchObject({
      effect: 'allow',
      actions: { include: ['*'], exclude: [] },
      condition: { language: 'gcp', body: { under: ['a', 'b'] } },
    });
  });
});
