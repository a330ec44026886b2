import { describe, expect, it } from 'vitest';
import {
  appEngineDefaultEmail,
  computeDefaultEmail,
  legacyBuildEmail,
  readServiceAccountEmail,
  serviceAgentEmail,
} from './service-account-email.ts';

describe('readServiceAccountEmail', () => {
  it.each([
    ['App@My-P.iam.gserviceaccount.com', { kind: 'user-managed', projectId: 'my-p' }],
    ['app@p.example.com.iam.gserviceaccount.com', { kind: 'user-managed', projectId: 'example.com:p' }],
    [
      '123-compute@developer.gserviceaccount.com',
      { kind: 'default', service: 'compute.googleapis.com', projectNumber: '123' },
    ],
    ['my-p@appspot.gserviceaccount.com', { kind: 'default', service: 'appengine.googleapis.com', projectId: 'my-p' }],
    [
      'p.example.com@appspot.gserviceaccount.com',
      { kind: 'default', service: 'appengine.googleapis.com', projectId: 'example.com:p' },
    ],
  ])('knows %s as an account of the customer', (email, expected) => {
    expect(readServiceAccountEmail(email)).toEqual(expected);
  });

  it.each([
    ['123@cloudbuild.gserviceaccount.com', 'cloudbuild', 'cloudbuild.googleapis.com', 'projects', '123'],
    ['123@cloudservices.gserviceaccount.com', 'cloudservices', 'deploymentmanager.googleapis.com', 'projects', '123'],
    [
      'service-12@gcp-sa-aiplatform-re.iam.gserviceaccount.com',
      'gcp-sa-aiplatform-re',
      'aiplatform.googleapis.com',
      'projects',
      '12',
    ],
    [
      'service-org-9@gcp-sa-osconfig.iam.gserviceaccount.com',
      'gcp-sa-osconfig',
      'osconfig.googleapis.com',
      'organizations',
      '9',
    ],
    ['service-folder-8@gcp-sa-pam.iam.gserviceaccount.com', 'gcp-sa-pam', 'pam.googleapis.com', 'folders', '8'],
    [
      'service-p7@gcp-sa-accessapproval.iam.gserviceaccount.com',
      'gcp-sa-accessapproval',
      'accessapproval.googleapis.com',
      'projects',
      '7',
    ],
    ['o7-123@gcp-sa-logging.iam.gserviceaccount.com', 'gcp-sa-logging', 'logging.googleapis.com', 'organizations', '7'],
    ['service-12@compute-system.iam.gserviceaccount.com', 'compute-system', 'compute.googleapis.com', 'projects', '12'],
    [
      'bqcx-12-ab3d@gcp-sa-bigquery-condel.iam.gserviceaccount.com',
      'gcp-sa-bigquery-condel',
      'bigqueryconnection.googleapis.com',
      'projects',
      '12',
    ],
    [
      'project-12@storage-transfer-service.iam.gserviceaccount.com',
      'storage-transfer-service',
      'storagetransfer.googleapis.com',
      'projects',
      '12',
    ],
    [
      '12@gcp-ri-aiplatform.iam.gserviceaccount.com',
      'gcp-ri-aiplatform',
      'aiplatform.googleapis.com',
      'projects',
      '12',
    ],
  ] as const)('knows %s as a service agent', (email, producer, service, kind, id) => {
    expect(readServiceAccountEmail(email)).toEqual({ kind: 'service-agent', producer, service, serves: { kind, id } });
  });

  it('says nothing of whom an agent serves where the e-mail does not', () => {
    expect(readServiceAccountEmail('cloud-logs@system.gserviceaccount.com')).toEqual({
      kind: 'service-agent',
      producer: 'system',
    });
    expect(readServiceAccountEmail('firebase-service-account@firebase-sa-management.iam.gserviceaccount.com')).toEqual({
      kind: 'service-agent',
      producer: 'firebase-sa-management',
      service: 'firebase.googleapis.com',
    });
  });

  it('takes a name that looks like an agent for one only where its number is that of a known project', () => {
    const email = 'service-12@some-producer.iam.gserviceaccount.com';
    expect(readServiceAccountEmail(email)).toEqual({ kind: 'user-managed', projectId: 'some-producer' });
    expect(readServiceAccountEmail(email, (number) => number === '12')).toMatchObject({
      kind: 'service-agent',
      serves: { kind: 'projects', id: '12' },
    });
    expect(readServiceAccountEmail(email, (number) => number === '13')?.kind).toBe('user-managed');
  });

  it.each([
    'a@example.com',
    'app@p.iam.gserviceaccount.com.evil.example',
    '@p.iam.gserviceaccount.com',
    'p.svc.id.goog[ns/ksa]',
    '',
  ])('knows `%s` as no service account', (email) => {
    expect(readServiceAccountEmail(email)).toBeUndefined();
  });
});

it('builds the e-mails that it reads', () => {
  expect(readServiceAccountEmail(computeDefaultEmail('12'))).toMatchObject({ kind: 'default', projectNumber: '12' });
  expect(readServiceAccountEmail(appEngineDefaultEmail('example.com:p'))).toMatchObject({ projectId: 'example.com:p' });
  expect(readServiceAccountEmail(legacyBuildEmail('12'))).toMatchObject({ serves: { id: '12' } });
  for (const producer of ['gcp-sa-aiplatform-cc', 'storage-transfer-service']) {
    expect(readServiceAccountEmail(serviceAgentEmail(producer, '12'))).toMatchObject({
      producer,
      serves: { id: '12' },
    });
  }
});
