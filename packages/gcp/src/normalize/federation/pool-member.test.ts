import { describe, expect, it } from 'vitest';
import { kubernetesAccount, poolMemberId, readPoolMember } from './pool-member.ts';

const numberOf = (project: string): string | undefined => (project === 'my-p' || project === '12' ? '12' : undefined);
const POOL = 'iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/ci';
const CLUSTERS = 'iam.googleapis.com/projects/12/locations/global/workloadIdentityPools/my-p.svc.id.goog';
const AGENTS = 'agents.global.org-9.system.id.goog';

function idOf(text: string): string | undefined {
  const member = readPoolMember(text, numberOf);
  return member === undefined ? undefined : poolMemberId(member);
}

describe('readPoolMember', () => {
  it.each([
    [`principal://${POOL}/subject/repo:acme/app:ref:refs/heads/main`, 'subject'],
    [`principalSet://${POOL}/*`, 'everyone'],
    [`principalSet://${POOL}/group/admins`, 'group'],
    [`principalSet://${POOL}/attribute.repository/acme/app`, 'attribute'],
    ['principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ada@example.com', 'subject'],
    ['principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*', 'everyone'],
    [`principal://${CLUSTERS}/subject/ns/web/sa/app`, 'subject'],
    [`principal://${CLUSTERS}/kubernetes.serviceaccount.uid/abc-1`, 'uid'],
    [`principalSet://${CLUSTERS}/namespace/web`, 'namespace'],
    [
      `principalSet://${CLUSTERS}/kubernetes.cluster/https://container.googleapis.com/v1/projects/my-p/locations/l/clusters/c`,
      'cluster',
    ],
    [`principal://${AGENTS}/resources/aiplatform/projects/12/locations/l/reasoningEngines/7`, 'subject'],
    [`principalSet://${AGENTS}/*`, 'everyone'],
    [`principalSet://${AGENTS}/attribute.platformContainer/aiplatform/projects/12`, 'attribute'],
    ['principal://parametermanager.googleapis.com/projects/12/uid/locations/global/parameters/u', 'subject'],
    ['principalSet://parametermanager.googleapis.com/projects/12/type/Parameter/*', 'selection'],
  ])('reads %s, and writes it the same', (text, is) => {
    expect(readPoolMember(text, numberOf)?.is).toBe(is);
    expect(idOf(text)).toBe(text);
  });

  it('gives one node to every way to write a principal', () => {
    const id = `principal://${CLUSTERS}/subject/ns/web/sa/app`;
    expect(idOf('serviceAccount:my-p.svc.id.goog[web/app]')).toBe(id);
    expect(idOf(id.replace('projects/12', 'projects/my-p'))).toBe(id);
    expect(idOf('serviceAccount:my-p.svc.id.goog[web/other]')).not.toBe(id);
  });

  it('keeps a project whose number is not known', () => {
    expect(idOf('serviceAccount:else.svc.id.goog[a/b]')).toBe(
      'principal://iam.googleapis.com/projects/else/locations/global/workloadIdentityPools/else.svc.id.goog/subject/ns/a/sa/b',
    );
  });

  it.each([
    'user:ada@example.com',
    'serviceAccount:a@p.iam.gserviceaccount.com',
    'principal://goog/subject/ada@example.com',
    'principalSet://goog/public:all',
    'principal://iam.googleapis.com/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com',
    'principalSet://cloudresourcemanager.googleapis.com/projects/12/type/ServiceAccount',
    `principal://${POOL}`,
    `principal://${POOL}/subject/`,
    `principalSet://${POOL}/subject/x`,
    `deleted:principal://${POOL}/subject/x`,
    'principal://evil.example/projects/12/uid/x',
  ])('leaves `%s` to others', (text) => {
    expect(readPoolMember(text, numberOf)).toBeUndefined();
  });
});

it('reads namespace and name of a Kubernetes subject', () => {
  expect(kubernetesAccount('ns/web/sa/app')).toEqual({ namespace: 'web', name: 'app' });
  expect(kubernetesAccount('ns/web/sa/app/x')).toBeUndefined();
});
