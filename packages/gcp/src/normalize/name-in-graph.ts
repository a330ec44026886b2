import type { GraphIndex, NodeId } from '@keyreach/core/graph';
import { GCP, scopeId, serviceAccountId } from './gcp-ids.ts';

const CRM = '//cloudresourcemanager.googleapis.com/';
const IAM = '//iam.googleapis.com/';
/** How the API of Cloud Storage names buckets; the graph has them as the inventory does. */
const BUCKETS = '//storage.googleapis.com/projects/_/buckets/';
const MEMBER = 'serviceAccount:';

/**
 * The id that a node of Google Cloud has, or would have, in a graph, for a name that people write: a full resource name with the
 * project by id or by number, `projects/P`, `folders/F` or `organizations/O`, a service account by e-mail, by unique id or as a
 * member. Text that is none of these comes back as it is. Whether there is such a node is another question.
 *
 * @example
 * gcpNodeId(graph, 'projects/shop'); // '//cloudresourcemanager.googleapis.com/projects/720000000001'
 */
export function gcpNodeId(graph: GraphIndex, text: string): NodeId {
  if (text.startsWith(MEMBER)) return serviceAccountId(text.slice(MEMBER.length));
  const scope = /^(projects|folders|organizations)\/[^/]+$/.exec(text);
  if (scope !== null) return gcpNodeId(graph, `${CRM}${text}`);
  if (!text.startsWith('//')) return text;
  if (text.startsWith(BUCKETS)) return `//storage.googleapis.com/${text.slice(BUCKETS.length)}`;
  const [, , host = '', ...parts] = text.split('/');
  const at = parts.indexOf('projects');
  const project = at < 0 ? undefined : parts[at + 1];
  if (project === undefined) return text;
  const account = parts[at + 2] === 'serviceAccounts' ? parts[at + 3] : undefined;
  if (text.startsWith(IAM) && account !== undefined) {
    const rest = parts.slice(at + 4);
    return [accountId(graph, account), ...rest].join('/');
  }
  const number = numbersOf(graph).get(project.toLowerCase());
  if (number === undefined) return text;
  if (text.startsWith(CRM) && parts.length === 2) return scopeId('projects', number);
  return `//${host}/${[...parts.slice(0, at + 1), number, ...parts.slice(at + 2)].join('/')}`;
}

const numbers: WeakMap<GraphIndex, ReadonlyMap<string, string>> = new WeakMap();

/** Numbers of projects by their ids, in lower case. */
function numbersOf(graph: GraphIndex): ReadonlyMap<string, string> {
  let found = numbers.get(graph);
  if (found === undefined) {
    found = new Map(
      graph.scopes.flatMap(({ provider, attributes }) => {
        const { projectId, projectNumber } = attributes ?? {};
        if (provider !== GCP || typeof projectId !== 'string' || typeof projectNumber !== 'string') return [];
        return [[projectId.toLowerCase(), projectNumber] as const];
      }),
    );
    numbers.set(graph, found);
  }
  return found;
}

/** The id of a service account that goes by its e-mail or its unique id. */
function accountId(graph: GraphIndex, name: string): NodeId {
  if (name.includes('@')) return serviceAccountId(name);
  const known = graph.identities.find(
    ({ provider, attributes }) => provider === GCP && attributes?.['uniqueId'] === name,
  );
  return known?.id ?? serviceAccountId(name);
}
