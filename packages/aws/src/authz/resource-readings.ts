import type { ResourceFacts } from '@keyreach/core/authz';
import type { GraphNode } from '@keyreach/core/graph';
import { accountOf } from './account-of.ts';
import type { KeyReader } from './condition-key.ts';
import { organizationReadings } from './organization-readings.ts';
import { readings } from './readings.ts';
import { tagValue } from './tag-value.ts';

const { absent, atRequest, uncollected, value } = readings;

/** Readers of the keys that the target of a request decides (aws.md 1.12). */
export const resourceReadings: {
  readonly account: KeyReader;
  readonly tag: KeyReader;
  readonly organizationId: KeyReader;
  readonly organizationPaths: KeyReader;
  /** ARN of the boundary that the targeted user or role has. */
  readonly boundary: KeyReader;
} = {
  account: ({ resource }) => {
    const account = accountOf(resource.id, resource.node, resource.scopes);
    if (account !== undefined) return value(account);
    // Services differ in what they send for requests without a resource.
    return resource.id === '*' ? atRequest : uncollected;
  },

  tag: ({ resource }, part) => {
    if (resource.id === '*') return absent;
    if (resource.chosenTags === true) return atRequest;
    return tagValue(nodeItself(resource)?.tags, part);
  },

  organizationId: ({ resource }) =>
    resource.id === '*' ? atRequest : organizationReadings(resource.node, resource.scopes).id,

  organizationPaths: ({ resource }) =>
    resource.id === '*' ? atRequest : organizationReadings(resource.node, resource.scopes).paths,

  boundary: ({ resource }) => {
    const boundary = nodeItself(resource)?.attributes?.['boundary'];
    if (boundary === null) return absent;
    return typeof boundary === 'string' ? value(boundary) : uncollected;
  },
};

/**
 * The node of the resource; undefined where the node is of something that contains it (the bucket of an object), whose
 * tags are not its own. A log group goes by two ARNs, with and without `:*`.
 */
function nodeItself({ id, node }: ResourceFacts): GraphNode | undefined {
  if (node === undefined) return undefined;
  return node.id === id || node.id === `${id}:*` || id === `${node.id}:*` ? node : undefined;
}
