import { accessPointReadings as accessPoint } from './access-point-readings.ts';
import type { ConditionKey, KeyReader } from './condition-key.ts';
import { type PossibleValue, possibleValues as possible } from './possible-values.ts';
import type { PrincipalKind } from './principal-kind.ts';
import { principalReadings as principal } from './principal-readings.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';
import { isRegionFree, regionFact, requestedRegion } from './requested-region.ts';
import { resourceReadings as resource } from './resource-readings.ts';

const { absent, atRequest, noMfa, value } = readings;

/** A key read from the facts of the caller. */
function ofPrincipal(key: string, read: KeyReader, multivalued = false): ConditionKey {
  return { key, source: 'static', multivalued, reads: 'principal', read };
}

/** A key that the kind of credential decides. */
function ofKind(key: string, byKind: Partial<Record<PrincipalKind, Reading>>, otherwise: Reading): ConditionKey {
  return { key, source: 'kind', multivalued: false, reads: 'principal', read: principal.byKind(byKind, otherwise) };
}

/** A key read from the facts of the target. */
function ofResource(key: string, read: KeyReader, multivalued = false): ConditionKey {
  return { key, source: 'static', multivalued, reads: 'resource', read };
}

/** A key with the same reading in every request a caller makes itself. */
function fixed(key: string, reading: Reading, multivalued = false): ConditionKey {
  return { key, source: 'static', multivalued, reads: 'nothing', read: () => reading };
}

/** A key the caller chooses. */
function chosen(key: string, multivalued = false): ConditionKey {
  return { key, source: 'chosen', multivalued, reads: 'nothing' };
}

/** A key with one value that the caller chooses, but not freely. */
function chosenAmong(key: string, among: PossibleValue): ConditionKey {
  return { ...chosen(key), possible: among };
}

/** A key known only when the request is made. */
function atRequestTime(key: string, multivalued = false): ConditionKey {
  return { key, source: 'request', multivalued, reads: 'nothing' };
}

/** Credentials that a workload hands out, or a sign-in of Identity Center: always sessions of roles. */
const ONLY_IN_ROLE_SESSIONS: Partial<Record<PrincipalKind, Reading>> = {
  user: absent,
  root: absent,
  'federated-user': absent,
  service: absent,
  'federated-subject': absent,
  public: absent,
};

/**
 * The condition keys whose value the graph can tell, or whose kind matters (aws.md 1.12). Names are in lower case; one
 * that ends in `/` or `:` is a family. A key that is not here is known only at request time.
 */
export const conditionKeys: readonly ConditionKey[] = [
  ofPrincipal('aws:principalarn', principal.arn),
  ofPrincipal('aws:principalaccount', principal.account),
  ofPrincipal('kms:calleraccount', principal.account),
  ofPrincipal('aws:principaltype', principal.type),
  ofPrincipal('aws:userid', principal.userId),
  ofPrincipal('aws:username', principal.username),
  ofPrincipal('aws:principalorgid', principal.organizationId),
  ofPrincipal('aws:principalorgpaths', principal.organizationPaths, true),
  {
    key: 'aws:principaltag/',
    source: 'static',
    multivalued: false,
    reads: 'principal',
    read: principal.tag,
    chosenWith: 'principal-tags',
    possible: possible.principalTag,
  },
  ofPrincipal('aws:principalisawsservice', principal.isService),
  ofPrincipal('aws:principalservicename', principal.serviceName),
  ofPrincipal(
    'aws:principalservicenameslist',
    principal.byKind({ service: readings.presentAtRequest, other: readings.uncollected }, absent),
    true,
  ),

  ofPrincipal('aws:sourceaccount', principal.source('sourceAccount')),
  ofPrincipal('aws:sourcearn', principal.source('sourceArn')),
  ofPrincipal('aws:sourceorgid', principal.source('sourceOrgId')),
  ofPrincipal('aws:sourceorgpaths', principal.source('sourceOrgPaths'), true),

  ofResource('aws:resourceaccount', resource.account),
  ofResource('s3:resourceaccount', resource.account),
  ofResource('s3:dataaccesspointarn', accessPoint.arn),
  ofResource('s3:dataaccesspointaccount', accessPoint.account),
  ofResource('s3:accesspointnetworkorigin', accessPoint.origin),
  ofResource('aws:resourceorgid', resource.organizationId),
  ofResource('aws:resourceorgpaths', resource.organizationPaths, true),

  // Calls are taken to be made directly: a forwarded session is another request, with context of its own.
  fixed('aws:viaawsservice', value('false')),
  fixed('aws:calledvia', absent, true),
  fixed('aws:calledviafirst', absent),
  fixed('aws:calledvialast', absent),
  ofPrincipal('kms:viaservice', principal.byKind({ service: atRequest }, absent)),
  fixed('aws:securetransport', value('true')),
  {
    key: 'aws:currenttime',
    source: 'static',
    multivalued: false,
    reads: 'nothing',
    read: ({ now }) => value(timeText(now)),
  },
  {
    key: 'aws:epochtime',
    source: 'static',
    multivalued: false,
    reads: 'nothing',
    read: ({ now }) => value(String(Math.floor(now / 1000))),
  },

  { key: 'aws:tokenissuetime', source: 'kind', multivalued: false, reads: 'principal', read: principal.tokenIssueTime },
  ofKind('aws:federatedprovider', { user: absent, root: absent, service: absent, public: absent }, atRequest),
  ofKind('aws:multifactorauthpresent', { service: noMfa, 'federated-subject': noMfa, public: absent }, atRequest),
  ofKind('aws:multifactorauthage', { service: absent, 'federated-subject': absent, public: absent }, atRequest),
  ofKind('aws:sourceidentity', { user: absent, root: absent, service: absent, public: absent }, atRequest),
  ofKind('aws:assumedroot', { root: atRequest, 'external-account': atRequest, other: readings.uncollected }, absent),
  ofKind('ec2:sourceinstancearn', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('ec2:roledelivery', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('lambda:sourcefunctionarn', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('ssm:sourceinstancearn', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('glue:roleassumedby', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('glue:credentialissuingservice', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('aws:ec2instancesourcevpc', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('aws:ec2instancesourceprivateipv4', ONLY_IN_ROLE_SESSIONS, atRequest),
  ofKind('identitystore:userid', ONLY_IN_ROLE_SESSIONS, atRequest),

  chosenAmong('iam:passedtoservice', possible.service),
  chosen('iam:associatedresourcearn'),
  // On actions that create or set a boundary the caller names it; on others it is the target's.
  {
    key: 'iam:permissionsboundary',
    source: 'chosen',
    multivalued: false,
    reads: 'resource',
    read: resource.boundary,
    possible: possible.policyArn,
  },
  chosenAmong('iam:policyarn', possible.policyArn),
  chosenAmong('iam:awsservicename', possible.service),
  chosenAmong('iam:servicespecificcredentialservicename', possible.service),
  chosen('iam:servicespecificcredentialagedays'),
  chosenAmong('sts:externalid', possible.externalId),
  chosenAmong('sts:rolesessionname', possible.sessionName),
  chosenAmong('sts:sourceidentity', possible.sessionName),
  chosen('sts:durationseconds'),
  chosen('sts:transitivetagkeys', true),
  chosenAmong('sts:taskpolicyarn', possible.policyArn),
  chosen('aws:requesttag/'),
  { ...chosen('aws:tagkeys', true), lists: 'aws:requesttag/' },
  // The caller picks the region only where neither the service nor the resource does.
  {
    key: 'aws:requestedregion',
    source: 'chosen',
    multivalued: false,
    reads: 'resource',
    read: requestedRegion,
    fixedBy: { fact: regionFact, free: isRegionFree },
    possible: possible.region,
  },
  chosen('s3:prefix'),
  chosen('dynamodb:leadingkeys', true),

  atRequestTime('aws:sourceip'),
  atRequestTime('aws:vpcsourceip'),
  atRequestTime('aws:sourcevpc'),
  atRequestTime('aws:sourcevpcarn'),
  atRequestTime('aws:sourcevpce'),
  atRequestTime('aws:vpceaccount'),
  atRequestTime('aws:vpceorgid'),
  atRequestTime('aws:vpceorgpaths', true),
  atRequestTime('aws:useragent'),
  atRequestTime('aws:referer'),
  atRequestTime('aws:viaawsmcpservice'),
  atRequestTime('aws:calledviaawsmcp'),
  atRequestTime('aws:ismcpserviceaction'),
  atRequestTime('kms:encryptioncontext:'),
  atRequestTime('kms:encryptioncontextkeys', true),
];

let lastTime = Number.NaN;
let lastText = '';

/** `now` as AWS writes it; remembered, since one analysis asks for one time only. */
function timeText(now: number): string {
  if (now !== lastTime) {
    const date = new Date(now);
    lastText = Number.isNaN(date.getTime()) ? '' : date.toISOString();
    lastTime = now;
  }
  return lastText;
}
