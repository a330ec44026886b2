import { describe, expect, it } from 'vitest';
import { BUCKET, estate, ORG, records } from './testing/estate.ts';

const HIERARCHY = 'cloudresourcemanager.googleapis.com';
const ABOVE = ['projects/123', 'folders/9', 'organizations/1'];
const tagAsset = (type: string, data: { readonly name: string } & Record<string, unknown>): object => ({
  name: `//${HIERARCHY}/${data.name}`,
  assetType: `${HIERARCHY}/${type}`,
  ancestors: ['organizations/1'],
  resource: { version: 'v3', data },
});
const tags = [
  tagAsset('TagKey', { name: 'tagKeys/1', parent: 'organizations/1', shortName: 'env', namespacedName: '1/env' }),
  tagAsset('TagValue', { name: 'tagValues/2', parent: 'tagKeys/1', shortName: 'prod', namespacedName: '1/env/prod' }),
];
const bindingOn = (parent: string): object =>
  tagAsset('TagBinding', {
    name: `tagBindings/${encodeURIComponent(parent)}/tagValues/2`,
    parent,
    tagValue: 'tagValues/2',
  });
const resource = (name: string, assetType: string, data?: object): object => ({
  name,
  assetType,
  ancestors: ABOVE,
  ...(data === undefined ? {} : { resource: { version: 'v1', data } }),
});

const instance = (name: string, data?: object): object =>
  resource(`//compute.googleapis.com/projects/shop/zones/z/instances/${name}`, 'compute.googleapis.com/Instance', data);
const INSTANCE = '//compute.googleapis.com/projects/123/zones/z/instances';

/** Tags of a node; `undefined` where nobody knows them. */
const tagsOf = (id: string, parent: string, extra: readonly object[] = []) =>
  estate({ assets: records({}, [...tags, bindingOn(parent), ...extra]) }).node(id).tags;

describe('tags', () => {
  it.each([
    ['a bucket', '//storage.googleapis.com/projects/_/buckets/shop-data', BUCKET, []],
    ['a bucket as the inventory names it', BUCKET, BUCKET, []],
    [
      'an instance by its number',
      `${INSTANCE}/4711`,
      `${INSTANCE}/web`,
      [instance('web', { id: '4711', name: 'web' })],
    ],
    ['an instance by its name', `${INSTANCE}/web`, `${INSTANCE}/web`, [instance('web', { id: '4711' })]],
    [
      'a database server',
      '//sqladmin.googleapis.com/projects/shop/instances/db',
      '//cloudsql.googleapis.com/projects/123/instances/db',
      [resource('//cloudsql.googleapis.com/projects/shop/instances/db', 'sqladmin.googleapis.com/Instance', {})],
    ],
    [
      'a cluster in a zone',
      '//container.googleapis.com/projects/123/locations/z/clusters/c',
      '//container.googleapis.com/projects/123/zones/z/clusters/c',
      [resource('//container.googleapis.com/projects/shop/zones/z/clusters/c', 'container.googleapis.com/Cluster', {})],
    ],
  ])('bound to %s are its own', (_, parent, id, extra) => {
    expect(tagsOf(id, parent, extra)).toEqual({ '1/env': 'prod' });
    expect(tagsOf(ORG, parent, extra)).toEqual({});
  });

  it('bound to a number are not those of another instance', () => {
    const two = [instance('web', { id: '4711' }), instance('batch', { id: '4712' })];
    expect(tagsOf(`${INSTANCE}/batch`, `${INSTANCE}/4711`, two)).toEqual({});
  });

  it('bound to a number that no instance is known by are unknown of those of which it may be one', () => {
    const extra = [
      instance('web'),
      resource('//run.googleapis.com/projects/shop/locations/l/services/s', 'run.googleapis.com/Service', {}),
    ];
    expect(tagsOf(`${INSTANCE}/web`, `${INSTANCE}/4711`, extra)).toBeUndefined();
    expect(tagsOf('//run.googleapis.com/projects/123/locations/l/services/s', `${INSTANCE}/4711`, extra)).toEqual({});
  });

  it('of a resource are those of what lies in it', () => {
    const ring = '//cloudkms.googleapis.com/projects/shop/locations/l/keyRings';
    const kms = (name: string, type: string): object =>
      resource(`${ring}/${name}`, `cloudkms.googleapis.com/${type}`, {});
    const extra = [
      kms('r', 'KeyRing'),
      kms('r/cryptoKeys/k', 'CryptoKey'),
      kms('r2', 'KeyRing'),
      kms('r2/cryptoKeys/k', 'CryptoKey'),
    ];
    const id = ring.replace('shop', '123');
    expect(tagsOf(`${id}/r/cryptoKeys/k`, `${ring}/r`, extra)).toEqual({ '1/env': 'prod' });
    expect(tagsOf(`${id}/r2/cryptoKeys/k`, `${ring}/r`, extra)).toEqual({});
  });
});
