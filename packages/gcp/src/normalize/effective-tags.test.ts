import { describe, expect, it } from 'vitest';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { TagDirectory, type TagList } from './effective-tags.ts';

const HIERARCHY = 'cloudresourcemanager.googleapis.com';
const asset = (type: string, data: Record<string, unknown>): GcpAsset => ({
  name: `//${HIERARCHY}/${String(data['name'])}`,
  assetType: `${HIERARCHY}/${type}`,
  ancestors: [],
  resource: { data },
});

const key = asset('TagKey', {
  name: 'tagKeys/1',
  parent: 'organizations/9',
  shortName: 'env',
  namespacedName: '9/env',
});
const value = (id: string, shortName: string): GcpAsset =>
  asset('TagValue', { name: `tagValues/${id}`, parent: 'tagKeys/1', shortName, namespacedName: `9/env/${shortName}` });
const binding = (parent: string, id: string): GcpAsset =>
  asset('TagBinding', { name: `tagBindings/${parent}/${id}`, parent, tagValue: `tagValues/${id}` });

const parents: Readonly<Record<string, string>> = { bucket: 'project', project: 'folder', folder: 'org' };

function directory(assets: readonly GcpAsset[], lists?: readonly TagList[], complete = true): TagDirectory {
  return new TagDirectory(
    assets,
    complete,
    lists,
    (name) => name,
    (id) => parents[id],
  );
}

describe('TagDirectory', () => {
  it('hands tags down, and the nearest value of a key counts', () => {
    const tags = directory([key, value('2', 'prod'), value('3', 'dev'), binding('org', '2'), binding('project', '3')]);
    expect(tags.of('folder')).toEqual({
      tags: { '9/env': 'prod' },
      tagKeys: ['tagKeys/1'],
      tagValues: ['tagValues/2'],
    });
    expect(tags.of('bucket')).toEqual({ tags: { '9/env': 'dev' }, tagKeys: ['tagKeys/1'], tagValues: ['tagValues/3'] });
    expect(tags.of('elsewhere')).toEqual({ tags: {}, tagKeys: [], tagValues: [] });
  });

  it('takes names from the binding where the value is not listed', () => {
    const named = asset('TagBinding', {
      name: 'tagBindings/x',
      parent: 'project',
      tagValue: 'tagValues/7',
      tagValueNamespacedName: '9/team/blue',
    });
    expect(directory([named]).of('project')).toEqual({ tags: { '9/team': 'blue' }, tagValues: ['tagValues/7'] });
  });

  it('does not name some tags of a node as if they were all', () => {
    const nameless = binding('project', '8');
    const tags = directory([key, value('2', 'prod'), binding('org', '2'), nameless]);
    expect(tags.of('project')).toEqual({ tagValues: ['tagValues/2', 'tagValues/8'] });
    expect(tags.of('folder')?.tags).toEqual({ '9/env': 'prod' });
  });

  it('takes a list of effective tags as it is', () => {
    const effectiveTags = [
      {
        tagValue: 'tagValues/1',
        namespacedTagValue: '9/env/prod',
        tagKey: 'tagKeys/1',
        namespacedTagKey: '9/env',
        inherited: true,
      },
    ];
    const tags = directory([binding('org', '2')], [{ resource: 'project', effectiveTags }]);
    expect(tags.of('bucket')).toEqual({
      tags: { '9/env': 'prod' },
      tagKeys: ['tagKeys/1'],
      tagValues: ['tagValues/1'],
    });
  });

  it('knows of lists alone only what they list: what is not in them may have tags of its own', () => {
    const tags = directory([], [{ resource: 'project', effectiveTags: [] }]);
    expect(tags.of('project')).toEqual({ tags: {}, tagKeys: [], tagValues: [] });
    expect(tags.of('bucket')).toBeUndefined();
  });

  it('knows nothing where bindings may be missing', () => {
    expect(directory([key, value('2', 'prod'), binding('org', '2')], undefined, false).of('org')).toBeUndefined();
  });

  it('knows nothing where no tags were collected', () => {
    expect(directory([]).of('project')).toBeUndefined();
    expect(directory([], []).of('project')).toBeUndefined();
  });
});
