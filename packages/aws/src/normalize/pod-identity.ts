import { TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, listsAllOf } from '../bundle/resource-list.ts';
import { federatedSubjectId, parseArn, trustPolicyId } from './aws-ids.ts';
import { CLUSTER_TYPE } from './cluster-issuers.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { arnOfIdentifier, idOfResource, regionOf } from './resource-identity.ts';
import { rolesTrusting, type ServiceBinding } from './service-binding.ts';
import { addSessionPolicy } from './session-policy.ts';

/** Type of a Pod Identity association. */
export const POD_IDENTITY_TYPE = 'AWS::EKS::PodIdentityAssociation';

const SERVICE = 'pods.eks.amazonaws.com';

/**
 * The service accounts that EKS Pod Identity gives roles to (aws.md 2.1): one subject for each cluster, namespace and
 * service account, which is what whoever creates pods there becomes. Where the associations of an account are not listed,
 * some pod may have any role that trusts the service.
 */
export function podIdentityBindings(context: NormalizeContext): readonly ServiceBinding[] {
  return Object.values(context.input.accounts).flatMap((account) => {
    const listed = (account.resources?.items ?? []).filter(({ TypeName }) => TypeName === POD_IDENTITY_TYPE);
    const bindings = listed.flatMap((association) => bindingOf(association, account, context) ?? []);
    return listsAllOf(POD_IDENTITY_TYPE, account.resources)
      ? bindings
      : [...bindings, ...unlistedBindings(account, context)];
  });
}

function bindingOf(
  resource: ListedResource,
  account: AwsAccountInput,
  context: NormalizeContext,
): ServiceBinding | undefined {
  const { Properties } = resource;
  const { ClusterName: cluster, Namespace: namespace, ServiceAccount: serviceAccount, RoleArn: role } = Properties;
  if (!isName(cluster) || !isName(namespace) || !isName(serviceAccount) || !isRole(role)) {
    const why = 'a Pod Identity association does not say plainly which service account has which role';
    context.builder.gap({ scope: scopeOf(account), what: 'Pod Identity associations', why, kind: 'bad-input' });
    return undefined;
  }
  const clusterArn = clusterOf(cluster, resource, account);
  const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const tagged = Properties['DisableSessionTags'] !== true;
  const next = Properties['TargetRoleArn'];
  const restricted = addSessionPolicy(idOfResource(resource, account), Properties['Policy'], [], account, context);
  return {
    service: SERVICE,
    actions: tagged ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'],
    context: new Map([
      ...foreignTags(role, context),
      ...callContext(clusterArn, cluster, namespace, serviceAccount, tagged, account),
    ]),
    role,
    ...(isRole(next) ? { next: { role: next, context: chainContext(Properties) } } : {}),
    subject: {
      id: federatedSubjectId(clusterArn, sub),
      name: sub,
      attributes: { issuer: clusterArn, claims: { sub } },
    },
    ...(restricted === undefined ? {} : { sessionPolicy: restricted }),
    vouchedBy: clusterArn,
    worth: TRUE,
  };
}

/** The tags that EKS puts on a session it starts for a pod; the pod is named by whoever makes it. */
const POD_TAGS: readonly string[] = [
  'eks-cluster-arn',
  'eks-cluster-name',
  'kubernetes-namespace',
  'kubernetes-pod-name',
  'kubernetes-pod-uid',
  'kubernetes-service-account',
];

const REQUEST_TAG = 'aws:requesttag/';

/** What EKS says when it takes a role for a pod. Neither an external id nor a source identity is among it. */
function callContext(
  clusterArn: string,
  cluster: string,
  namespace: string,
  serviceAccount: string,
  tagged: boolean,
  { accountId }: AwsAccountInput,
): ServiceBinding['context'] {
  const values = new Map([
    ['eks-cluster-name', cluster],
    ['kubernetes-namespace', namespace],
    ['kubernetes-service-account', serviceAccount],
    // A region that nothing tells is no value to compare with.
    ...(clusterArn.includes('*') ? [] : [['eks-cluster-arn', clusterArn] as const]),
  ]);
  const context = new Map<string, readonly string[] | null>([
    ['aws:sourceaccount', [accountId]],
    ['aws:tagkeys', tagged ? POD_TAGS : null],
    ['sts:externalid', null],
    ['sts:sourceidentity', null],
  ]);
  for (const tag of POD_TAGS) {
    const value = values.get(tag);
    if (!tagged) context.set(`${REQUEST_TAG}${tag}`, null);
    else if (value !== undefined) context.set(`${REQUEST_TAG}${tag}`, [value]);
  }
  return context;
}

/** Tags that the trust policy asks about: those that EKS does not put on a session are not there. */
function foreignTags(role: NodeId, { policies }: NormalizeContext): ServiceBinding['context'] {
  const trust = policies.compiled(trustPolicyId(role));
  const context = new Map<string, null>();
  for (const { condition } of trust !== undefined && 'statements' in trust ? trust.statements : []) {
    for (const key of conditionKeys(condition?.body)) {
      const tag = key.startsWith(REQUEST_TAG) ? key.slice(REQUEST_TAG.length) : undefined;
      if (tag !== undefined && !POD_TAGS.includes(tag)) context.set(key, null);
    }
  }
  return context;
}

/** Keys that a compiled condition names, in lower case. */
function conditionKeys(body: unknown): readonly string[] {
  const block = isRecord(body) && isRecord(body['block']) ? body['block'] : {};
  return Object.values(block).flatMap((keys) =>
    isRecord(keys) ? Object.keys(keys).map((key) => key.toLowerCase()) : [],
  );
}

function chainContext({ ExternalId }: RawRecord): ServiceBinding['context'] {
  return typeof ExternalId === 'string' ? new Map([['sts:externalid', [ExternalId]]]) : new Map();
}

function clusterOf(name: string, resource: ListedResource, account: AwsAccountInput): NodeId {
  const arns = [resource.Properties['AssociationArn'], resource.Identifier];
  const region =
    regionOf(resource) ??
    arns.map((arn) => (typeof arn === 'string' ? parseArn(arn)?.region : undefined)).find(Boolean);
  return arnOfIdentifier(CLUSTER_TYPE, name, region ?? '*', account) ?? name;
}

function unlistedBindings(account: AwsAccountInput, context: NormalizeContext): readonly ServiceBinding[] {
  const { accountId, partition } = account;
  const clusters = `arn:${partition}:eks:*:${accountId}:cluster/*`;
  return rolesTrusting(SERVICE, accountId, context).map((role) => ({
    service: SERVICE,
    actions: ['sts:AssumeRole'],
    context: new Map([['aws:sourceaccount', [accountId]]]),
    role,
    subject: {
      id: federatedSubjectId(clusters, '*'),
      name: `any pod of a cluster in ${accountId}`,
      attributes: { issuer: clusters, claims: {} },
    },
    worth: UNKNOWN,
  }));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,252}$/.test(value);
}

function isRole(value: unknown): value is string {
  return typeof value === 'string' && parseArn(value)?.resource.startsWith('role/') === true;
}
