import { describe, expect, it } from 'vitest';
import { DataAccessSettings, servicesOf, visibilityOf } from './permission-visibility.ts';
import { gcpUseToldBy } from './use-told-by.ts';

describe('where the use of a permission is recorded', () => {
  it('is Admin Activity for what changes something, Data Access for reading and data, and neither where no entry names it', () => {
    expect(visibilityOf('resourcemanager.projects.setIamPolicy')).toEqual({ in: 'activity' });
    expect(visibilityOf('storage.objects.get')).toEqual({
      in: 'data_access',
      types: ['DATA_READ'],
      services: ['storage.googleapis.com'],
    });
    expect(visibilityOf('cloudkms.cryptoKeys.list')).toMatchObject({ in: 'data_access', types: ['ADMIN_READ'] });
    expect(visibilityOf('newservice.things.do')).toEqual({
      in: 'either',
      types: ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'],
      services: ['newservice.googleapis.com'],
    });
    expect(visibilityOf('iam.serviceAccounts.actAs')).toEqual({ in: 'nowhere' });
    expect(visibilityOf('container.pods.exec')).toEqual({ in: 'nowhere' });
    expect(visibilityOf('containeranalysis.notes.get')).toMatchObject({ in: 'either' });
  });

  it('is under the names of the services that log it', () => {
    expect(servicesOf('resourcemanager.projects.get')).toEqual(['cloudresourcemanager.googleapis.com']);
    expect(servicesOf('iam.googleapis.com/workloadIdentityPools.get')).toEqual(['iam.googleapis.com']);
    expect(servicesOf('bigtable.tables.readRows')).toEqual(['bigtable.googleapis.com', 'bigtableadmin.googleapis.com']);
  });

  it('is said in words', () => {
    expect(gcpUseToldBy('storage.objects.get')).toBe(
      'Data Access logs (DATA_READ) of `storage.googleapis.com` in every project over the whole window',
    );
    expect(gcpUseToldBy('iam.serviceAccounts.actAs')).toBe('nothing that Google Cloud records');
  });
});

describe('settings of Data Access', () => {
  const log = (type: 'ADMIN_READ' | 'DATA_READ' | 'DATA_WRITE', ...exemptedMembers: readonly string[]) => ({
    type,
    exemptedMembers,
  });

  it('join those of all levels, of the service and of all services', () => {
    const settings = new DataAccessSettings([
      { service: 'allServices', logs: [log('ADMIN_READ')] },
      { service: 'storage.googleapis.com', logs: [log('DATA_READ')] },
    ]);
    expect(settings.writes('storage.googleapis.com', 'DATA_READ')).toBe(true);
    expect(settings.writes('storage.googleapis.com', 'ADMIN_READ')).toBe(true);
    expect(settings.writes('storage.googleapis.com', 'DATA_WRITE')).toBe(false);
    expect(settings.writes('pubsub.googleapis.com', 'DATA_READ')).toBe(false);
    expect(settings.writes('bigquery.googleapis.com', 'DATA_READ')).toBe(true);
  });

  it('exempt whoever one of them exempts', () => {
    const settings = new DataAccessSettings([
      { service: 'allServices', logs: [log('DATA_READ', 'user:a@x.io'), log('DATA_WRITE')] },
      { service: 'storage.googleapis.com', logs: [log('DATA_READ')] },
    ]);
    expect(settings.writes('storage.googleapis.com', 'DATA_READ')).toBe(false);
    expect(settings.writes('storage.googleapis.com', 'DATA_WRITE')).toBe(true);
  });
});

describe('servicesOf', () => {
  it('knows further names of services, and takes a host that is called like what every object has', () => {
    expect(servicesOf('cloudsql.instances.get')).toEqual(['cloudsql.googleapis.com', 'sqladmin.googleapis.com']);
    expect(servicesOf('constructor/x.get')).toEqual(['constructor']);
  });
});
