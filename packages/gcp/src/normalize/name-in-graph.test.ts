import { GraphBuilder, GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { GCP, scopeId, serviceAccountId } from './gcp-ids.ts';
import { gcpNodeId } from './name-in-graph.ts';

const builder = new GraphBuilder();
builder.node({
  kind: 'scope',
  id: scopeId('projects', '12'),
  provider: GCP,
  type: 'project',
  name: 'Shop',
  attributes: { projectId: 'shop', projectNumber: '12' },
});
builder.node({
  kind: 'identity',
  id: serviceAccountId('app@shop.iam.gserviceaccount.com'),
  provider: GCP,
  type: 'service-account',
  name: 'app',
  attributes: { uniqueId: '1001' },
});
const graph = new GraphIndex(builder.build());
const app = '//iam.googleapis.com/projects/-/serviceAccounts/app@shop.iam.gserviceaccount.com';

describe('names people write', () => {
  it.each([
    ['projects/shop', '//cloudresourcemanager.googleapis.com/projects/12'],
    ['projects/12', '//cloudresourcemanager.googleapis.com/projects/12'],
    ['//cloudresourcemanager.googleapis.com/projects/SHOP', '//cloudresourcemanager.googleapis.com/projects/12'],
    ['folders/7', '//cloudresourcemanager.googleapis.com/folders/7'],
    [
      '//run.googleapis.com/projects/shop/locations/l/services/web',
      '//run.googleapis.com/projects/12/locations/l/services/web',
    ],
    ['//storage.googleapis.com/projects/_/buckets/x', '//storage.googleapis.com/x'],
    ['//storage.googleapis.com/shop-data', '//storage.googleapis.com/shop-data'],
    ['serviceAccount:App@shop.iam.gserviceaccount.com', app],
    ['//iam.googleapis.com/projects/shop/serviceAccounts/app@shop.iam.gserviceaccount.com', app],
    ['//iam.googleapis.com/projects/12/serviceAccounts/1001', app],
    ['//iam.googleapis.com/projects/shop/serviceAccounts/1001/keys/ab', `${app}/keys/ab`],
    [
      '//run.googleapis.com/projects/other/locations/l/services/web',
      '//run.googleapis.com/projects/other/locations/l/services/web',
    ],
    ['ana', 'ana'],
  ])('%s is %s', (text, id) => {
    expect(gcpNodeId(graph, text)).toBe(id);
  });
});
