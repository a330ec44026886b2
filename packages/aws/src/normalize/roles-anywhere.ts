import { TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, listsAllOf } from '../bundle/resource-list.ts';
import { federatedSubjectId, nameInArn, parseArn, trustPolicyId } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { idOfResource } from './resource-identity.ts';
import { rolesTrusting, type ServiceBinding } from './service-binding.ts';
import { addSessionPolicy, type SessionPolicy } from './session-policy.ts';

const SERVICE = 'rolesanywhere.amazonaws.com';
const ANCHOR_TYPE = 'AWS::RolesAnywhere::TrustAnchor';
const PROFILE_TYPE = 'AWS::RolesAnywhere::Profile';

/** What the service calls when it takes a role for a certificate (aws.md 2.1). */
const ACTIONS: readonly string[] = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'];

/** Far above the quotas of 50 trust anchors and 250 profiles of 250 roles in real use; a hostile list has more. */
const MOST_BINDINGS = 50_000;

/** The tag that says the common name of a certificate; its key in lower case. */
const COMMON_NAME = 'aws:principaltag/x509subject/cn';

/**
 * Who gets roles by certificate (aws.md 2.1, Roles Anywhere): the holders of certificates that the authority of an enabled
 * trust anchor made, for each role that an enabled profile of the same region lists. A trust policy that names common
 * names lets in the holders of those; other conditions on the certificate stay conditions. Where the trust anchors of an
 * account are not listed, whoever holds a certificate of some authority may have any role that trusts the service.
 */
export function rolesAnywhereBindings(context: NormalizeContext): readonly ServiceBinding[] {
  return Object.values(context.input.accounts).flatMap((account) => {
    const listed = account.resources?.items ?? [];
    const anchors = listed.filter(({ TypeName }) => TypeName === ANCHOR_TYPE);
    const profiles = listed.filter(({ TypeName }) => TypeName === PROFILE_TYPE);
    const bindings = profiles.flatMap((profile) => bindingsOf(profile, anchors, account, context));
    if (bindings.length > MOST_BINDINGS) {
      const why = `more than ${MOST_BINDINGS} pairs of a trust anchor and a role of a profile; the others are left out`;
      context.builder.gap({ scope: scopeOf(account), what: 'Roles Anywhere', why, kind: 'bad-input' });
    }
    const kept = bindings.slice(0, MOST_BINDINGS);
    return [ANCHOR_TYPE, PROFILE_TYPE].every((type) => listsAllOf(type, account.resources))
      ? kept
      : [...kept, ...unlistedBindings(account, context)];
  });
}

function bindingsOf(
  profile: ListedResource,
  anchors: readonly ListedResource[],
  account: AwsAccountInput,
  context: NormalizeContext,
): readonly ServiceBinding[] {
  const inUse = enabled(profile);
  if (inUse === undefined) return [];
  const profileId = idOfResource(profile, account);
  const managed = valuesAt(profile.Properties, 'ManagedPolicyArns[]').filter(
    (arn): arn is string => typeof arn === 'string' && parseArn(arn) !== undefined,
  );
  const restricted = addSessionPolicy(profileId, profile.Properties['SessionPolicy'], managed, account, context);
  const roles = [...new Set(valuesAt(profile.Properties, 'RoleArns[]'))].filter((arn) => typeof arn === 'string');
  return anchors.flatMap((anchor) => {
    const anchorInUse = enabled(anchor);
    const anchorId = idOfResource(anchor, account);
    if (anchorInUse === undefined || !mayMeet(anchorId, profileId)) return [];
    const worth: Truth = inUse && anchorInUse ? TRUE : UNKNOWN;
    return roles.flatMap((role) => [...bindingsOfRole(role, anchorId, profileId, worth, restricted, account, context)]);
  });
}

function* bindingsOfRole(
  role: NodeId,
  anchor: NodeId,
  profile: NodeId,
  worth: Truth,
  restricted: SessionPolicy | undefined,
  { accountId }: AwsAccountInput,
  context: NormalizeContext,
): Iterable<ServiceBinding> {
  const names = commonNames(role, context);
  for (const name of [undefined, ...names]) {
    const holder = name === undefined ? '*' : `CN=${name}`;
    // Sessions that one profile restricts are not those that another gives to the same certificate.
    const subject = restricted === undefined ? holder : `${holder}|${profile}`;
    const known = [
      ['aws:sourceaccount', [accountId]],
      ...(anchor.includes('*') ? [] : [['aws:sourcearn', [anchor]] as const]),
      ...(name === undefined ? [] : [[COMMON_NAME, [name]] as const]),
    ] as const;
    yield {
      service: SERVICE,
      actions: ACTIONS,
      context: new Map<string, readonly string[]>(known),
      role,
      subject: {
        id: federatedSubjectId(`rolesanywhere:${anchor}`, subject),
        name: name ?? `any certificate of ${nameInArn(anchor)}`,
        attributes: { issuer: anchor, claims: name === undefined ? {} : { 'x509Subject/CN': name } },
      },
      ...(restricted === undefined ? {} : { sessionPolicy: restricted }),
      vouchedBy: anchor,
      worth,
      ...(name === undefined && names.length > 0 ? { onlyIfSure: true } : {}),
    };
  }
}

/** Common names that the trust policy of a role asks for by `StringEquals`. */
function commonNames(role: NodeId, { policies }: NormalizeContext): readonly string[] {
  const trust = policies.compiled(trustPolicyId(role));
  if (trust === undefined || 'unreadable' in trust) return [];
  const names = new Set<string>();
  for (const { effect, condition } of trust.statements) {
    if (effect !== 'allow') continue;
    const body: unknown = condition?.body;
    for (const value of equalValues(isRecord(body) ? body['block'] : undefined)) names.add(value);
  }
  return [...names].sort();
}

function equalValues(block: unknown): readonly string[] {
  return entries(block).flatMap(([operator, keys]) => {
    if (!/^(?:foranyvalue:)?stringequals(?:ifexists)?$/.test(operator.toLowerCase())) return [];
    return entries(keys).flatMap(([key, values]) => {
      if (key.toLowerCase() !== COMMON_NAME) return [];
      return (Array.isArray(values) ? (values as readonly unknown[]) : [values]).filter(
        (value) => typeof value === 'string' && !value.includes('$'),
      ) as readonly string[];
    });
  });
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** Undefined where it is switched off, false where that is not said. */
function enabled({ Properties }: ListedResource): boolean | undefined {
  const [value] = valuesAt(Properties, 'Enabled');
  return value === false ? undefined : value === true;
}

/** A session is made in one region, with a trust anchor and a profile of it. */
function mayMeet(anchor: NodeId, profile: NodeId): boolean {
  const [first, second] = [parseArn(anchor)?.region ?? '*', parseArn(profile)?.region ?? '*'];
  return first === second || first === '*' || second === '*';
}

function unlistedBindings(account: AwsAccountInput, context: NormalizeContext): readonly ServiceBinding[] {
  const { accountId, partition } = account;
  const anchors = `arn:${partition}:rolesanywhere:*:${accountId}:trust-anchor/*`;
  return rolesTrusting(SERVICE, accountId, context).map((role) => ({
    service: SERVICE,
    actions: ACTIONS,
    context: new Map([['aws:sourceaccount', [accountId]]]),
    role,
    subject: {
      id: federatedSubjectId(`rolesanywhere:${anchors}`, '*'),
      name: `any certificate that ${accountId} trusts`,
      attributes: { issuer: anchors, claims: {} },
    },
    worth: UNKNOWN,
  }));
}
