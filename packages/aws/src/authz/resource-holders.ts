import { type ArnSegments, arnSegments } from './arn-segments.ts';

/** A rule: the resource parts of the ARNs whose policy governs a resource, given its own resource part. */
type Containers = (resource: string, arn: ArnSegments) => readonly string[];

/**
 * ARNs of the resources whose resource policy governs a resource: the resource itself, then what contains it, nearest
 * first. A container's policy still names by its `Resource` which of its contents it speaks of.
 */
export function resourceHolders(id: string): readonly string[] {
  const arn = arnSegments(id);
  if (arn === undefined) return [id];
  const containers = CONTAINERS.get(arn[2])?.(arn[5], arn) ?? [];
  return [id, ...containers.filter((one) => one !== id)];
}

const CONTAINERS: ReadonlyMap<string, Containers> = new Map<string, Containers>([
  ['s3', (resource, arn) => s3(resource).map((one) => withResource(arn, one))],
  // A version or alias is governed by the policy of its function too.
  ['lambda', (resource, arn) => lambda(resource).map((one) => withResource(arn, one))],
  ['logs', (resource, arn) => logs(resource).map((one) => withResource(arn, one))],
  ['dynamodb', (resource, arn) => upTo(resource, 'table/', '/').map((one) => withResource(arn, one))],
  ['kinesis', (resource, arn) => upTo(resource, 'stream/', '/').map((one) => withResource(arn, one))],
  ['sns', (resource, arn) => before(resource, ':').map((one) => withResource(arn, one))],
  ['es', (resource, arn) => upTo(resource, 'domain/', '/').map((one) => withResource(arn, one))],
  ['s3tables', (resource, arn) => upTo(resource, 'bucket/', '/').map((one) => withResource(arn, one))],
  ['events', (resource, arn) => events(resource).map((one) => withResource(arn, one))],
  ['codeartifact', (resource, arn) => codeartifact(resource).map((one) => withResource(arn, one))],
  // One policy for the whole Data Catalog of an account and region.
  ['glue', (resource, arn) => (isCatalogued(resource) ? [withResource(arn, 'catalog')] : [])],
  ['execute-api', (resource, arn) => [`arn:${arn[1]}:apigateway:${arn[3]}::/restapis/${resource.split('/', 1)[0]}`]],
]);

function withResource(arn: ArnSegments, resource: string): string {
  return `${arn.slice(0, 5).join(':')}:${resource}`;
}

function s3(resource: string): readonly string[] {
  if (resource.startsWith('accesspoint/')) return upTo(resource, 'accesspoint/', '/');
  return before(resource, '/');
}

function lambda(resource: string): readonly string[] {
  return resource.startsWith('function:') ? upTo(resource, 'function:', ':') : [];
}

/** A log group goes by two ARNs: with `:*`, which also means its streams, and without. */
function logs(resource: string): readonly string[] {
  if (!resource.startsWith('log-group:')) return [];
  const group = upTo(resource, 'log-group:', ':')[0] ?? resource;
  return [`${group}:*`, group];
}

/** `rule/<bus>/<name>`, where the name of a partner's bus has slashes of its own; a rule without bus is on the default one. */
function events(resource: string): readonly string[] {
  if (!resource.startsWith('rule/')) return [];
  const last = resource.lastIndexOf('/');
  return [last === 4 ? 'event-bus/default' : `event-bus/${resource.slice(5, last)}`];
}

/** `package/<domain>/<repository>/…` is in a repository, which is in a domain. */
function codeartifact(resource: string): readonly string[] {
  const [type, domain, repository] = resource.split('/', 3);
  if (domain === undefined || repository === undefined) return [];
  if (type === 'package') return [`repository/${domain}/${repository}`, `domain/${domain}`];
  return type === 'repository' ? [`domain/${domain}`] : [];
}

function isCatalogued(resource: string): boolean {
  return (
    resource.startsWith('database/') || resource.startsWith('table/') || resource.startsWith('userDefinedFunction/')
  );
}

/** The text up to the first `end` after `start`, where there is more of it. */
function upTo(resource: string, start: string, end: string): readonly string[] {
  if (!resource.startsWith(start)) return [];
  const at = resource.indexOf(end, start.length);
  return at < 0 ? [] : [resource.slice(0, at)];
}

function before(resource: string, end: string): readonly string[] {
  const at = resource.indexOf(end);
  return at <= 0 ? [] : [resource.slice(0, at)];
}
