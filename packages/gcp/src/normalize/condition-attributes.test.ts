import { describe, expect, it } from 'vitest';
import { CONDITION_ROWS, conditionAttributes } from './condition-attributes.ts';

const project = { id: 'my-p', number: '12' };

describe('conditionAttributes', () => {
  it.each([
    ['storage.googleapis.com/Bucket', '//storage.googleapis.com/b', 'projects/_/buckets/b'],
    [
      'compute.googleapis.com/Instance',
      '//compute.googleapis.com/projects/12/zones/z/instances/i',
      'projects/my-p/zones/z/instances/i',
    ],
    [
      'secretmanager.googleapis.com/Secret',
      '//secretmanager.googleapis.com/projects/my-p/secrets/s',
      'projects/12/secrets/s',
    ],
    [
      'sqladmin.googleapis.com/Instance',
      '//cloudsql.googleapis.com/projects/my-p/instances/i',
      'projects/my-p/instances/i',
    ],
  ])('gives type, service and name of a %s', (type, name, conditionName) => {
    const service = type.slice(0, type.indexOf('/'));
    expect(conditionAttributes(type, name, project)).toEqual({
      conditionAttributes: true,
      service,
      conditionType: type,
      conditionName,
    });
  });

  it('says that a type of a service that is not in the list supplies nothing', () => {
    expect(
      conditionAttributes('pubsub.googleapis.com/Topic', '//pubsub.googleapis.com/projects/my-p/topics/t', project),
    ).toEqual({
      conditionAttributes: true,
    });
    expect(
      conditionAttributes(
        'run.googleapis.com/Service',
        '//run.googleapis.com/projects/p/locations/l/services/s',
        project,
      ),
    ).toEqual({ conditionAttributes: true });
  });

  it('says nothing of a type that it does not know, of a service that is in the list', () => {
    expect(
      conditionAttributes('compute.googleapis.com/Reservation', '//compute.googleapis.com/projects/p/x/y', project),
    ).toEqual({});
  });

  it('keeps the name as written where the other name of the project is not known', () => {
    const name = '//secretmanager.googleapis.com/projects/my-p/secrets/s';
    expect(conditionAttributes('secretmanager.googleapis.com/Secret', name, {})).toMatchObject({
      conditionName: 'projects/my-p/secrets/s',
    });
  });

  it('leaves the name open where the asset has none of the expected form', () => {
    expect(conditionAttributes('compute.googleapis.com/Instance', 'strange', project)).toEqual({
      service: 'compute.googleapis.com',
      conditionType: 'compute.googleapis.com/Instance',
    });
  });

  it('has rows for types of assets only', () => {
    for (const type of CONDITION_ROWS.keys()) expect(type).toMatch(/^[a-z]+\.googleapis\.com\/[A-Z][A-Za-z]+$/);
  });
});
