import type { Json, PrincipalMatcher } from '@keyreach/core/graph';
import { federatedSubjectId, parseArn } from './aws-ids.ts';
import type { ConditionBlock } from './condition-block.ts';
import { openToStrangers } from './open-subjects.ts';
import type { CompiledPrincipals, ExternalIdentity, PrincipalDirectory } from './principal-directory.ts';

/** Issuers that every account trusts without a provider object (aws.md 2.2), with the claim that names the subject. */
const BUILT_IN_SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['accounts.google.com', 'sub'],
  ['cognito-identity.amazonaws.com', 'sub'],
  ['www.amazon.com', 'user_id'],
  ['graph.facebook.com', 'id'],
]);

const COGNITO = 'cognito-identity.amazonaws.com';

/**
 * Claims that AWS puts into requests for tokens of every issuer. Which others it knows differs from issuer to issuer and
 * over time, so conditions on those stay open (aws.md 2.2, unknown keys).
 */
const MODELLED_CLAIMS: ReadonlySet<string> = new Set([
  'amr',
  'app_id',
  'aud',
  'azp',
  'email',
  'id',
  'oaud',
  'sub',
  'user_id',
]);

/**
 * Compiles a `Federated` principal (aws.md 1.4, 2.2): the subjects that its statement's conditions name, one external
 * identity for each, or `*` where they name none. The conditions stay on the statement; the claims they name are kept
 * as attributes of the subject, so that they can be decided.
 *
 * A provider that the account is known not to have vouches for nobody: the principal dangles. Whoever makes it again
 * brings its subjects back (aws.md 2.2), so these are named too, apart from the subjects that some provider vouches for,
 * and on the condition that it is made.
 */
export function compileFederated(
  text: string,
  block: ConditionBlock,
  directory: PrincipalDirectory,
): CompiledPrincipals {
  const source = federatedSource(text);
  if (source === undefined) {
    return { matchers: [{ match: 'unresolved', text, dangling: false }], externals: [] };
  }
  const { issuer, provider, claimPrefix, subjectClaim } = source;
  const missing = provider !== undefined && directory.providerKnownMissing(provider);
  const named = claimsIn(block, claimPrefix, subjectClaim);
  const claims = claimPrefix === 'saml' ? named : pickClaims(named, (claim) => MODELLED_CLAIMS.has(claim));
  // A claim that may or may not be looked at may or may not keep strangers out.
  const narrowed = Object.keys(claims).length < Object.keys(named).length;
  const subjects = subjectsOf(issuer, claims, block, `${claimPrefix}:${subjectClaim}`);
  const externals = subjects.map(({ pattern, claims: own }): ExternalIdentity => {
    const attributes: Record<string, Json> = { issuer, claims: own };
    if (provider !== undefined) attributes['providers'] = [provider];
    if (missing) attributes['providerMissing'] = true;
    const open = missing ? false : openToStrangers(issuer, pattern, directory.servesGuests);
    if (open !== false) attributes['openToStrangers'] = narrowed ? 'conditional' : open;
    const name = pattern === '*' ? `any subject of ${issuer}` : pattern;
    const id = federatedSubjectId(missing ? provider : issuer, pattern);
    return { id, type: 'federated-subject', name, attributes };
  });
  const condition = missing ? { certainty: 'conditional' as const } : {};
  const matchers = externals.map(
    ({ id }): PrincipalMatcher => ({ match: 'node', id, strength: 'bypasses-guards', ...condition }),
  );
  return { matchers: missing ? [{ match: 'unresolved', text, dangling: true }, ...matchers] : matchers, externals };
}

/** What a `Federated` principal text names. */
export interface FederatedSource {
  readonly issuer: string;
  readonly provider?: string;
  /** What condition keys about the token begin with, in lower case. */
  readonly claimPrefix: string;
  /** The claim that names the subject, after the prefix. */
  readonly subjectClaim: string;
}

/** The identity provider that the text of a `Federated` principal names; undefined where it names none (aws.md 2.2). */
export function federatedSource(text: string): FederatedSource | undefined {
  const resource = parseArn(text)?.resource;
  if (resource?.startsWith('oidc-provider/') === true) {
    const issuer = resource.slice('oidc-provider/'.length);
    return { issuer, provider: text, claimPrefix: issuer.toLowerCase(), subjectClaim: 'sub' };
  }
  if (resource?.startsWith('saml-provider/') === true) {
    return { issuer: text, provider: text, claimPrefix: 'saml', subjectClaim: 'sub' };
  }
  const subjectClaim = BUILT_IN_SUBJECTS.get(text);
  return subjectClaim === undefined ? undefined : { issuer: text, claimPrefix: text, subjectClaim };
}

type Claims = Readonly<Record<string, readonly string[]>>;

const positive = /^(?:forallvalues:|foranyvalue:)?string(?:equals|like|equalsignorecase)(?:ifexists)?$/;

/** Claims that positive string conditions name, by claim in lower case. */
function claimsIn(block: ConditionBlock, claimPrefix: string, subjectClaim: string): Claims {
  const claims = new Map<string, Set<string>>();
  for (const [operator, keys] of Object.entries(block)) {
    if (!positive.test(operator.toLowerCase())) continue;
    for (const [key, values] of Object.entries(keys)) {
      const lower = key.toLowerCase();
      if (!lower.startsWith(`${claimPrefix}:`)) continue;
      const claim = lower.slice(claimPrefix.length + 1);
      if (claim === subjectClaim) continue;
      const known = claims.get(claim) ?? new Set();
      for (const value of values) known.add(value);
      claims.set(claim, known);
    }
  }
  return Object.fromEntries([...claims].sort().map(([claim, values]) => [claim, [...values].sort()]));
}

function pickClaims(claims: Claims, keeps: (claim: string) => boolean): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => keeps(claim)));
}

interface Subject {
  readonly pattern: string;
  readonly claims: Readonly<Record<string, Json>>;
}

function subjectsOf(issuer: string, claims: Claims, block: ConditionBlock, subjectKey: string): readonly Subject[] {
  const named = subjectPatterns(block, subjectKey);
  if (named.length === 0 && issuer === COGNITO) return cognitoSubjects(claims);
  const patterns = named.length === 0 ? ['*'] : named;
  const claim = subjectKey.slice(subjectKey.lastIndexOf(':') + 1);
  return patterns.map((pattern) => ({
    pattern,
    claims: { ...plain(claims), ...(pattern === '*' ? {} : { [claim]: pattern }) },
  }));
}

/**
 * Values of the subject condition. Several conditions on the subject must all hold; exact ones say most. `ForAllValues`
 * also holds where there is no subject at all, so it names nobody (aws.md 2.2).
 */
function subjectPatterns(block: ConditionBlock, subjectKey: string): readonly string[] {
  let exact: readonly string[] | undefined;
  let wild: readonly string[] | undefined;
  for (const [operator, keys] of Object.entries(block)) {
    const name = operator.toLowerCase();
    if (!positive.test(name) || name.startsWith('forallvalues:')) continue;
    for (const [key, values] of Object.entries(keys)) {
      if (key.toLowerCase() !== subjectKey) continue;
      if (name.includes('like')) wild = values;
      // Outside StringLike a star is a plain character; in a pattern AWS writes that as `${*}`.
      else exact = values.map((value) => value.replaceAll('*', `\${*}`).replaceAll('?', `\${?}`));
    }
  }
  return [...new Set(exact ?? wild ?? [])].sort();
}

/**
 * Cognito tells callers apart by identity pool and by whether they signed in, not by a subject: a caller of one pool
 * cannot become one of another, so each pair is a subject of its own.
 */
function cognitoSubjects({ aud = [], amr = [], ...others }: Claims): readonly Subject[] {
  const pools = aud.length === 0 ? ['*'] : aud;
  const states = amr.length === 0 ? ['*'] : amr;
  return pools.flatMap((pool) =>
    states.map((state) => ({
      pattern: pool === '*' && state === '*' ? '*' : `${pool}/${state}`,
      claims: { ...plain(others), ...(pool === '*' ? {} : { aud: pool }), ...(state === '*' ? {} : { amr: state }) },
    })),
  );
}

/** A claim with one value as that value, with several as the list of alternatives. */
function plain(claims: Claims): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(claims).map(([claim, values]) => [claim, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
