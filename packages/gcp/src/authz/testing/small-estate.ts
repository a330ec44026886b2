import { type AccessAnswer, AuthorizationModel, can } from '@keyreach/core/authz';
import {
  type Attachment,
  type Condition,
  type GraphEdge,
  GraphIndex,
  type GraphNode,
  type Json,
  type Policy,
  type PolicyDocument,
  type PrincipalMatcher,
  type Statement,
} from '@keyreach/core/graph';
import { boundaryStatement } from '../../catalogue/boundary-statements.ts';
import { deniedActions } from '../../catalogue/permission-names.ts';
import { GCP, scopeId, serviceAccountId } from '../../normalize/gcp-ids.ts';
import { gcpSemantics } from '../gcp-semantics.ts';

export const NOW: number = Date.parse('2026-06-15T12:00:00Z');
export const ORG: string = scopeId('organizations', '1');
export const FOLDER: string = scopeId('folders', '2');
export const PROJECT: string = scopeId('projects', '3');
export const OTHER_PROJECT: string = scopeId('projects', '4');
export const BUCKET = '//storage.googleapis.com/reports';
export const SECRET = '//secretmanager.googleapis.com/projects/3/secrets/db';
export const APP: string = serviceAccountId('app@p.iam.gserviceaccount.com');
export const JANE = 'user:jane@example.com';
export const ADMINS = 'group:admins@example.com';

type Facts = { readonly tags?: Readonly<Record<string, string>>; readonly attributes?: Readonly<Record<string, Json>> };

const scope = (id: string, type: string, parent: string | undefined, facts: Facts = {}): GraphNode => ({
  kind: 'scope',
  id,
  provider: GCP,
  type,
  name: id,
  ...(parent === undefined ? {} : { scope: parent }),
  ...facts,
});

const identity = (id: string, type: string, attributes?: Readonly<Record<string, Json>>): GraphNode => ({
  kind: 'identity',
  id,
  provider: GCP,
  type,
  name: id,
  ...(type === 'service-account' ? { scope: PROJECT } : {}),
  ...(attributes === undefined ? {} : { attributes }),
});

const PROJECT_FACTS: Facts = { attributes: { projectId: 'p', projectNumber: '3' } };

/** A role given to somebody on a node. */
export interface Grant {
  readonly on: string;
  readonly to: PrincipalMatcher;
  readonly permissions: readonly string[];
  readonly cel?: string;
}

/** A rule of a deny policy on a scope. */
export interface Deny {
  readonly on: string;
  readonly principals: readonly PrincipalMatcher[];
  readonly exceptions?: readonly PrincipalMatcher[];
  readonly permissions: readonly string[];
  readonly exceptionPermissions?: readonly string[];
  readonly cel?: string;
}

/** A boundary bound to what stands inside a scope, or to one identity. */
export interface Boundary {
  readonly on: string;
  readonly resources: readonly string[];
  readonly version?: string;
  readonly cel?: string;
}

/** An organization with a folder, two projects, a bucket, a secret, a service account, a user and a group. */
export interface Estate {
  readonly grants?: readonly Grant[];
  readonly denies?: readonly Deny[];
  readonly boundaries?: readonly Boundary[];
  readonly edges?: readonly GraphEdge[];
  readonly facts?: Readonly<Record<string, Facts>>;
  readonly nodes?: readonly GraphNode[];
  readonly groupUnread?: boolean;
}

export const named = (id: string): PrincipalMatcher => ({ match: 'node', id, strength: 'sufficient' });
export const membersOf = (id: string): PrincipalMatcher => ({ match: 'member', id, strength: 'sufficient' });
export const everybody: PrincipalMatcher = { match: 'anyone', strength: 'sufficient' };

const celOf = (cel: string | undefined, kind: string): { condition?: Condition } =>
  cel === undefined ? {} : { condition: { language: 'gcp', body: { cel, for: kind } } };

/** The model of a small estate, by hand as docs/graph-gcp.md has it. */
export function modelOf(estate: Estate): AuthorizationModel {
  const facts = (id: string): Facts => estate.facts?.[id] ?? {};
  const nodes: GraphNode[] = [
    scope(ORG, 'organization', undefined, { tags: {}, ...facts(ORG) }),
    scope(FOLDER, 'folder', ORG, { tags: {}, ...facts(FOLDER) }),
    scope(PROJECT, 'project', FOLDER, { tags: {}, ...PROJECT_FACTS, ...facts(PROJECT) }),
    scope(OTHER_PROJECT, 'project', ORG, { tags: {}, ...facts(OTHER_PROJECT) }),
    {
      kind: 'resource',
      id: BUCKET,
      provider: GCP,
      type: 'storage.googleapis.com/Bucket',
      name: 'reports',
      scope: PROJECT,
      tags: {},
      attributes: {
        conditionAttributes: true,
        service: 'storage.googleapis.com',
        conditionType: 'storage.googleapis.com/Bucket',
        conditionName: 'projects/_/buckets/reports',
      },
      ...facts(BUCKET),
    },
    {
      kind: 'resource',
      id: SECRET,
      provider: GCP,
      type: 'secretmanager.googleapis.com/Secret',
      name: 'db',
      scope: PROJECT,
      tags: {},
      attributes: {
        conditionAttributes: true,
        service: 'secretmanager.googleapis.com',
        conditionType: 'secretmanager.googleapis.com/Secret',
        conditionName: 'projects/3/secrets/db',
      },
      ...facts(SECRET),
    },
    identity(APP, 'service-account'),
    identity(JANE, 'user'),
    identity(ADMINS, 'group', estate.groupUnread === true ? { membersUnread: true } : undefined),
    ...(estate.nodes ?? []),
  ];
  const documents: PolicyDocument[] = [];
  const policies: Policy[] = [];
  const attachments: Attachment[] = [];
  const add = (type: string, statements: readonly Statement[]): string => {
    const id = `${type} ${policies.length}`;
    documents.push({ id, provider: GCP, statements });
    policies.push({ id, provider: GCP, name: id, type, document: id });
    return id;
  };
  for (const { on, to, permissions, cel } of estate.grants ?? []) {
    const policy = add('custom', [{ effect: 'allow', actions: { include: permissions, exclude: [] }, index: 0 }]);
    attachments.push({
      policy,
      node: on,
      role: 'resource-grant',
      principals: { include: [to], exclude: [] },
      ...celOf(cel, 'allow'),
    });
  }
  for (const deny of estate.denies ?? []) {
    const statements = deniedActions(deny.permissions, deny.exceptionPermissions ?? []).map(
      (actions, index): Statement => ({
        effect: 'deny',
        actions,
        principals: { include: deny.principals, exclude: deny.exceptions ?? [] },
        ...celOf(deny.cel, 'deny'),
        index,
      }),
    );
    attachments.push({ policy: add('deny', statements), node: deny.on, role: 'resource-grant' });
  }
  for (const { on, resources, version, cel } of estate.boundaries ?? []) {
    const policy = add('principal-access-boundary', [boundaryStatement(resources)]);
    const blockable: Json = { blockableBy: version ?? '3' };
    attachments.push({
      policy,
      node: on,
      role: on.startsWith('//cloudresourcemanager') ? 'principal-scope-guard' : 'identity-guard',
      union: true,
      condition: {
        language: 'gcp',
        body: cel === undefined ? blockable : { all: [{ cel, for: 'boundary' }, blockable] },
      },
    });
  }
  return new AuthorizationModel(
    new GraphIndex({
      schema: 'keyreach-graph/1',
      nodes,
      edges: estate.edges ?? [],
      documents,
      policies,
      attachments,
      usage: [],
      observations: [],
      gaps: [],
    }),
    [gcpSemantics],
  );
}

/** Whether somebody may do something in an estate, explained. */
export function ask(
  estate: Estate,
  principal: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[] | null>> = {},
): AccessAnswer {
  return can(modelOf(estate), {
    principal,
    action,
    resource,
    context: new Map(Object.entries(context)),
    now: NOW,
  });
}
