import { UNKNOWN } from '@keyreach/core/authz';
import { accountOf } from './account-of.ts';
import { arnSegments } from './arn-segments.ts';
import type { KeyReader } from './condition-key.ts';
import { ANY } from './glob-token.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

const { absent, atRequest, noMfa, presentAtRequest, uncollected, value } = readings;

/** Key in lower case → how it reads in a session; keys that are not listed read as they do without one. */
export type SessionReadings = ReadonlyMap<string, KeyReader>;

const HOUR = 3_600_000;

/** Longest lifetimes of temporary credentials, milliseconds (aws.md 5.2). */
const ROLE = 12 * HOUR;
const USER = 36 * HOUR;
const ROOT = HOUR;
const TASK = HOUR / 4;

/** Keys in credentials that a workload delivers, by the service that delivers them (aws.md 1.12). */
const DELIVERED: ReadonlyMap<string, string> = new Map([
  ['ec2:sourceinstancearn', 'ec2.amazonaws.com'],
  ['ec2:roledelivery', 'ec2.amazonaws.com'],
  ['aws:ec2instancesourcevpc', 'ec2.amazonaws.com'],
  ['aws:ec2instancesourceprivateipv4', 'ec2.amazonaws.com'],
  ['lambda:sourcefunctionarn', 'lambda.amazonaws.com'],
  ['ssm:sourceinstancearn', 'ssm.amazonaws.com'],
  ['glue:roleassumedby', 'glue.amazonaws.com'],
  ['glue:credentialissuingservice', 'glue.amazonaws.com'],
]);

const NOT_DELIVERED: readonly (readonly [string, KeyReader])[] = [...DELIVERED.keys()].map((key) => [key, is(absent)]);

function is(reading: Reading): KeyReader {
  return () => reading;
}

/** Issued some time in the last `lifetime` milliseconds. */
function issuedWithin(lifetime: number): KeyReader {
  return ({ now }) => ({ state: 'between', from: now - lifetime, to: now });
}

/** A token of a user or root user: longer for the one than for the other. */
const issuedToUser: KeyReader = (request, part) =>
  issuedWithin(request.principal.node.type === 'root' ? ROOT : USER)(request, part);

function table(...entries: readonly (readonly [string, KeyReader])[]): SessionReadings {
  return new Map(entries);
}

/** What no request of a user or root user carries, whatever it signs with (aws.md 1.12 class K). */
const OF_USERS: readonly (readonly [string, KeyReader])[] = [
  ['aws:federatedprovider', is(absent)],
  ['aws:sourceidentity', is(absent)],
  ['aws:assumedroot', is(absent)],
  ['identitystore:userid', is(absent)],
  ...NOT_DELIVERED,
];

/** A long-term credential signs each request by itself: nothing that only tokens carry is there (aws.md 1.12). */
export const longTermReadings: SessionReadings = table(
  ...OF_USERS,
  ['aws:tokenissuetime', is(absent)],
  ['aws:multifactorauthpresent', is(absent)],
  ['aws:multifactorauthage', is(absent)],
);

/**
 * A sign-in with the password: MFA is up to the request (aws.md 1.12) for a user that has a device. One session of the console
 * lasts 12 hours at most.
 */
export const consoleReadings: SessionReadings = table(
  ...OF_USERS,
  ['aws:tokenissuetime', issuedWithin(ROLE)],
  ['aws:multifactorauthpresent', withDevice(noMfa)],
  ['aws:multifactorauthage', withDevice(absent)],
);

/** Up to the request for a user that has a device, `without` for one that has none. */
function withDevice(without: Reading): KeyReader {
  const unlisted: Reading = { state: 'either', readings: [without, atRequest], truth: UNKNOWN };
  return ({ principal: { node } }) => {
    const hasDevice = node.attributes?.['mfaActive'];
    if (hasDevice === undefined) return unlisted;
    return hasDevice === false ? without : atRequest;
  };
}

/** GetSessionToken with a code of the user's device. */
export const mfaSessionReadings: SessionReadings = table(
  ...OF_USERS,
  ['aws:tokenissuetime', issuedToUser],
  ['aws:multifactorauthpresent', is(value('true'))],
  ['aws:multifactorauthage', is(presentAtRequest)],
);

/** GetSessionToken without one. */
export const sessionTokenReadings: SessionReadings = table(
  ...OF_USERS,
  ['aws:tokenissuetime', issuedToUser],
  ['aws:multifactorauthpresent', is(noMfa)],
  ['aws:multifactorauthage', is(absent)],
);

/** GetFederationToken: another principal to conditions, whose name the user picks (aws.md 1.11 last table). */
export const federationTokenReadings: SessionReadings = table(
  ...OF_USERS,
  ['aws:tokenissuetime', issuedToUser],
  ['aws:multifactorauthpresent', is(noMfa)],
  ['aws:multifactorauthage', is(absent)],
  ['aws:principaltype', is(value('FederatedUser'))],
  ['aws:username', is(absent)],
  [
    'aws:principalarn',
    ({ principal: { node, scopes } }) => {
      if (node.type === 'federated-user') return value(node.id);
      const account = accountOf(node.id, node, scopes);
      const partition = arnSegments(node.id)?.[1];
      if (account === undefined || partition === undefined) return uncollected;
      return { state: 'pattern', tokens: [`arn:${partition}:sts::${account}:federated-user/`, ANY] };
    },
  ],
  [
    'aws:userid',
    ({ principal: { node, scopes } }) => {
      const account = accountOf(node.id, node, scopes);
      if (account === undefined) return uncollected;
      return node.type === 'federated-user'
        ? value(`${account}:${node.name}`)
        : { state: 'pattern', tokens: [`${account}:`, ANY] };
    },
  ],
);

/**
 * AssumeRole by another principal: whether MFA was used at the time, and what a chain of sessions passes on, is known to
 * the session alone.
 */
export const roleSessionReadings: SessionReadings = table(
  ...NOT_DELIVERED,
  ['aws:tokenissuetime', issuedWithin(ROLE)],
  ['aws:assumedroot', is(absent)],
);

/** A session that a service starts for a workload, by the service's name; any service where none is told. */
export function serviceSessionReadings(service: string | undefined): SessionReadings {
  const delivered = [...DELIVERED].map(([key, by]): readonly [string, KeyReader] => [
    key,
    is(service === undefined ? atRequest : by === service ? presentAtRequest : absent),
  ]);
  return table(
    ...delivered,
    ['aws:tokenissuetime', issuedWithin(ROLE)],
    ['aws:multifactorauthpresent', is(noMfa)],
    ['aws:multifactorauthage', is(absent)],
    ['aws:federatedprovider', is(absent)],
    ['aws:assumedroot', is(absent)],
    ['identitystore:userid', is(absent)],
  );
}

/** AssumeRoleWithSAML and AssumeRoleWithWebIdentity: the provider's own checks are no MFA to AWS (aws.md 1.12). */
export const federatedSessionReadings: SessionReadings = table(
  ...NOT_DELIVERED,
  ['aws:tokenissuetime', issuedWithin(ROLE)],
  ['aws:multifactorauthpresent', is(noMfa)],
  ['aws:multifactorauthage', is(absent)],
  ['aws:federatedprovider', is(presentAtRequest)],
  ['aws:assumedroot', is(absent)],
  ['identitystore:userid', is(absent)],
);

/** A sign-in through an assignment of Identity Center. */
export const identityCenterReadings: SessionReadings = new Map([
  ...federatedSessionReadings,
  ['identitystore:userid', is(presentAtRequest)] as const,
]);

/** AssumeRoot: at most 15 minutes, and marked as such (aws.md 1.7). */
export const assumeRootReadings: SessionReadings = table(
  ...NOT_DELIVERED,
  ['aws:tokenissuetime', issuedWithin(TASK)],
  ['aws:assumedroot', is(value('true'))],
  ['aws:federatedprovider', is(absent)],
  ['aws:multifactorauthpresent', is(atRequest)],
  ['aws:sourceidentity', is(atRequest)],
  ['identitystore:userid', is(absent)],
);
