import type { ResourceFacts } from '@keyreach/core/authz';
import { arnSegments } from './arn-segments.ts';
import type { KeyReader } from './condition-key.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

const { absent, atRequest, uncollected, value } = readings;

/**
 * Readers of the keys that only requests through an S3 access point carry (S3 user guide, condition keys of access points):
 * whoever names the bucket comes without them.
 */
export const accessPointReadings: {
  readonly arn: KeyReader;
  readonly account: KeyReader;
  /** `Internet` or `VPC`. */
  readonly origin: KeyReader;
} = {
  // A region that nothing tells is no value to compare with.
  arn: (request) => ofPoint(request.resource, ({ arn }) => (arn.includes('*') ? undefined : arn)),
  account: (request) => ofPoint(request.resource, ({ account }) => (account === '' ? undefined : account)),
  origin: (request) => ofPoint(request.resource, ({ origin }) => origin),
};

/** An access point, as its ARN and the input tell of it. */
interface AccessPoint {
  readonly arn: string;
  readonly account: string;
  readonly origin: string | undefined;
}

function ofPoint(resource: ResourceFacts, tell: (point: AccessPoint) => string | undefined): Reading {
  const of = resource.front ?? resource;
  if (of.id === '*') return atRequest;
  const point = pointOf(of);
  if (point === undefined) return absent;
  const told = tell(point);
  return told === undefined ? uncollected : value(told);
}

function pointOf({ id, node }: ResourceFacts): AccessPoint | undefined {
  const arn = arnSegments(id);
  if (arn?.[2] !== 's3' || !arn[5].startsWith('accesspoint/')) return undefined;
  const origin = node?.attributes?.['networkOrigin'];
  return {
    arn: [...arn.slice(0, 5), arn[5].split('/', 2).join('/')].join(':'),
    account: arn[4],
    origin: typeof origin === 'string' ? origin : undefined,
  };
}
