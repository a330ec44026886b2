import type { ConditionRequest } from '@keyreach/core/authz';
import type { GraphNode, Json, ScopeNode } from '@keyreach/core/graph';
import { CEL_ERROR, CEL_REQUEST, CEL_UNKNOWN, type CelValue, celText, type Spelling } from './cel/cel-value.ts';

/** What conditions can ask of a resource by these names. */
export type ResourceAttribute = 'name' | 'type' | 'service';

/** A kind of thing inside a node that permissions speak of without the graph having a node for each. */
interface InnerResource {
  /** Between the `resource.name` of the node and its own. */
  readonly path: string;
  /** Its `resource.type`; absent: not documented. */
  readonly type?: string;
  /** Beginnings of permissions that are checked on it. */
  readonly permissions: readonly string[];
}

/** By type of the node (gcp.md 1.7). */
const INNER: ReadonlyMap<string, readonly InnerResource[]> = new Map([
  [
    'storage.googleapis.com/Bucket',
    [
      {
        path: '/objects/',
        type: 'storage.googleapis.com/Object',
        permissions: [
          'storage.objects.get',
          'storage.objects.create',
          'storage.objects.delete',
          'storage.objects.update',
          'storage.objects.getIamPolicy',
          'storage.objects.setIamPolicy',
          'storage.objects.move',
          'storage.objects.restore',
          'storage.objects.setRetention',
          'storage.objects.overrideUnlockedRetention',
          'storage.multipartUploads.',
        ],
      },
      { path: '/managedFolders/', permissions: ['storage.managedFolders.'] },
    ],
  ],
  [
    'bigquery.googleapis.com/Dataset',
    [
      {
        path: '/tables/',
        type: 'bigquery.googleapis.com/Table',
        permissions: ['bigquery.tables.', 'bigquery.rowAccessPolicies.'],
      },
      { path: '/routines/', type: 'bigquery.googleapis.com/Routine', permissions: ['bigquery.routines.'] },
      { path: '/models/', type: 'bigquery.googleapis.com/Model', permissions: ['bigquery.models.'] },
    ],
  ],
  [
    'secretmanager.googleapis.com/Secret',
    [
      {
        path: '/versions/',
        type: 'secretmanager.googleapis.com/SecretVersion',
        permissions: ['secretmanager.versions.'],
      },
    ],
  ],
  [
    'parametermanager.googleapis.com/Parameter',
    [
      {
        path: '/versions/',
        type: 'parametermanager.googleapis.com/ParameterVersion',
        permissions: ['parametermanager.parameterVersions.'],
      },
    ],
  ],
  [
    'cloudkms.googleapis.com/CryptoKey',
    [
      {
        path: '/cryptoKeyVersions/',
        type: 'cloudkms.googleapis.com/CryptoKeyVersion',
        permissions: ['cloudkms.cryptoKeyVersions.'],
      },
    ],
  ],
  [
    'spanner.googleapis.com/Instance',
    [
      {
        path: '/databases/',
        type: 'spanner.googleapis.com/Database',
        permissions: ['spanner.databases.', 'spanner.sessions.'],
      },
      { path: '/backups/', type: 'spanner.googleapis.com/Backup', permissions: ['spanner.backups.'] },
    ],
  ],
  [
    'bigtableadmin.googleapis.com/Instance',
    [{ path: '/tables/', type: 'bigtableadmin.googleapis.com/Table', permissions: ['bigtable.tables.'] }],
  ],
]);

/** Types of IAM's own resources, which provide no name (gcp.md 1.7). */
const NAMELESS: ReadonlySet<string> = new Set(['service-account', 'service-agent', 'iam.googleapis.com/Role']);

const RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';

/**
 * `resource.name`, `resource.type` or `resource.service` of the target of a request, from the facts alone. An attribute that
 * the resource does not provide is an error (gcp.md 1.7); one that the input does not tell is open.
 */
export function resourceAttribute(attribute: ResourceAttribute, { resource, action }: ConditionRequest): CelValue {
  const node = resource.node;
  if (node === undefined) return ofBucketId(attribute, resource.id);
  if (node.kind === 'scope') return ofScope(attribute, node, action);
  if ('uncollected' in node && node.uncollected === true) return CEL_UNKNOWN;
  const told = ofNode(attribute, node, resource.scopes);
  const rest = resource.id.startsWith(node.id) ? resource.id.slice(node.id.length) : '';
  const rows = INNER.get(node.type) ?? [];
  if (rest !== '') {
    const row = rows.find(({ path }) => rest.startsWith(path) && rest.length > path.length);
    return ofInner(attribute, told, row, { text: rest, more: false });
  }
  const row = rows.find(({ permissions }) =>
    permissions.some((one) => (one.endsWith('.') ? action.startsWith(one) : action === one)),
  );
  if (row === undefined) return told;
  return isAskedOfNode(action)
    ? either(told, ofInner(attribute, told, row, { text: row.path, more: true }))
    : ofInner(attribute, told, row, { text: row.path, more: true });
}

/** Lists and creations are asked of what contains the thing, of some services of the thing itself. */
function isAskedOfNode(action: string): boolean {
  const verb = action.slice(action.lastIndexOf('.') + 1);
  return (verb === 'list' || verb === 'create') && action !== 'storage.objects.create';
}

function ofInner(
  attribute: ResourceAttribute,
  told: CelValue,
  row: InnerResource | undefined,
  rest: Spelling,
): CelValue {
  switch (attribute) {
    case 'service':
      return told;
    case 'type':
      return row?.type === undefined ? CEL_UNKNOWN : celText(row.type);
    case 'name':
      if (told.kind !== 'text') return told.kind === 'error' ? CEL_UNKNOWN : told;
      return {
        kind: 'text',
        options: told.options.map((spellings) =>
          spellings.map(({ text }) => ({ text: `${text}${rest.text}`, more: rest.more })),
        ),
      };
  }
}

/** One or the other, by what nobody knows of the request. */
function either(left: CelValue, right: CelValue): CelValue {
  if (left.kind === 'text' && right.kind === 'text')
    return { kind: 'text', options: [...left.options, ...right.options] };
  return left.kind === 'error' && right.kind === 'error' ? CEL_ERROR : CEL_UNKNOWN;
}

/** What the node tells of itself; of an attribute that it lacks `conditionAttributes` says whether it is not provided. */
function ofNode(attribute: ResourceAttribute, node: GraphNode, scopes: readonly ScopeNode[]): CelValue {
  const text = textOf(node.attributes?.[KEYS[attribute]]);
  if (text !== undefined) return attribute === 'name' ? spelled(text, scopes) : celText(text);
  if (attribute === 'name' && NAMELESS.has(node.type)) return CEL_ERROR;
  return node.attributes?.['conditionAttributes'] === true ? CEL_ERROR : CEL_UNKNOWN;
}

const KEYS: Readonly<Record<ResourceAttribute, string>> = {
  name: 'conditionName',
  type: 'conditionType',
  service: 'service',
};

function textOf(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

/** A name as documented, and with the project by its other name, where both are known. */
function spelled(name: string, scopes: readonly ScopeNode[]): CelValue {
  const end = name.startsWith('projects/') ? name.indexOf('/', 'projects/'.length) : -1;
  const project = end < 0 ? undefined : name.slice('projects/'.length, end);
  const home = scopes.find(({ type }) => type === 'project');
  const both = [textOf(home?.attributes?.['projectId']), textOf(home?.attributes?.['projectNumber'])];
  const others = project !== undefined && both.includes(project) ? both.filter((one) => one !== project) : [];
  const spellings: Spelling[] = [{ text: name, more: false }];
  for (const other of others)
    if (other !== undefined) spellings.push({ text: `projects/${other}${name.slice(end)}`, more: false });
  return { kind: 'text', options: [spellings] };
}

/**
 * Of a scope that is asked for a permission of Resource Manager: a project provides type and service, and no name. Any other
 * permission is held on what lies below, which is for the request to say.
 */
function ofScope(attribute: ResourceAttribute, node: ScopeNode, action: string): CelValue {
  const own = ofOwnScope(attribute, node);
  if (action.startsWith('resourcemanager.')) return own;
  if (attribute === 'name') return CEL_REQUEST;
  const service = serviceOf(action);
  const below: CelValue = {
    kind: 'text',
    options: [
      [
        {
          text: service === undefined ? '' : attribute === 'type' ? `${service}/` : service,
          more: service === undefined || attribute === 'type',
        },
      ],
    ],
  };
  return own.kind === 'text' ? either(own, below) : CEL_REQUEST;
}

function ofOwnScope(attribute: ResourceAttribute, node: ScopeNode): CelValue {
  const told = ofNode(attribute, node, []);
  if (told.kind !== 'open' || node.type !== 'project') return told;
  switch (attribute) {
    case 'name':
      return CEL_ERROR;
    case 'type':
      return celText(`${RESOURCE_MANAGER}/Project`);
    case 'service':
      return celText(RESOURCE_MANAGER);
  }
}

/** Services whose resources go by another host than their permissions do. */
const OTHER_HOSTS: ReadonlySet<string> = new Set([
  'cloudsql',
  'bigtable',
  'datastore',
  'source',
  'billing',
  'cloudtranslate',
]);

function serviceOf(action: string): string | undefined {
  const slash = action.indexOf('/');
  if (slash >= 0) return action.slice(0, slash);
  const prefix = action.slice(0, Math.max(0, action.indexOf('.')));
  return prefix === '' || OTHER_HOSTS.has(prefix) ? undefined : `${prefix}.googleapis.com`;
}

/** A bucket or an object tells by its id alone what it is, whether or not the graph has it. */
function ofBucketId(attribute: ResourceAttribute, id: string): CelValue {
  const host = '//storage.googleapis.com/';
  if (!id.startsWith(host)) return CEL_UNKNOWN;
  const [bucket, kind] = id.slice(host.length).split('/', 2) as [string, string | undefined];
  if (bucket === '' || bucket === 'projects' || (kind !== undefined && kind !== 'objects')) return CEL_UNKNOWN;
  switch (attribute) {
    case 'name':
      return celText(`projects/_/buckets/${id.slice(host.length)}`);
    case 'type':
      return kind === undefined ? CEL_UNKNOWN : celText('storage.googleapis.com/Object');
    case 'service':
      return celText('storage.googleapis.com');
  }
}
