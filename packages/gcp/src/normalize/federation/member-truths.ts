import { type ClaimTruth, type ClaimValue, claimIs, UNKNOWN_CLAIM } from './claim-value.ts';
import { awsTokenOfSubject, strangersToken, tokenOfSubject } from './issuers.ts';
import type { KnownProvider, PoolDirectory } from './pool-directory.ts';
import { kubernetesAccount, kubernetesProject, type PoolMember } from './pool-member.ts';
import { type MappedToken, tokenIs } from './token-mapping.ts';

type Subject = Extract<PoolMember, { readonly is: 'subject' }>;

/** Whether a provider gives tokens that are the member, or are in the set; of what tokens the issuer has nothing is known. */
export function canIssue(provider: KnownProvider, member: PoolMember): ClaimTruth {
  return tokenIs(provider.mapping.map(UNKNOWN_CLAIM), member);
}

/**
 * Whether strangers have tokens that are the member, or are in the set: the issuer serves everybody, and neither condition
 * nor mapping asks for an owner (gcp.md 7.2). `conditional`: it depends on what a stranger may perhaps choose.
 */
export function openToStrangers(provider: KnownProvider, member: PoolMember): boolean | 'conditional' {
  const token =
    provider.issuer === undefined || provider.ownKeys === true ? undefined : strangersToken(provider.issuer);
  if (token === undefined) return false;
  switch (tokenIs(provider.mapping.map(token), member)) {
    case 'yes':
      return true;
    case 'no':
      return false;
    default:
      return 'conditional';
  }
}

/**
 * Tells of the sets of its pool whether a subject is one of them, as far as providers and names tell. What providers make of
 * its tokens is found once for all sets.
 */
export function membershipsOf(subject: Subject, directory: PoolDirectory): (set: PoolMember) => ClaimTruth {
  let tokens: SubjectTokens | undefined;
  const ofToken = (set: PoolMember): ClaimTruth => {
    tokens ??= tokensOf(subject, directory);
    return byTokens(tokens, set);
  };
  return (set) => {
    switch (set.is) {
      case 'everyone':
        return 'yes';
      case 'subject':
      case 'uid':
        return 'no';
      case 'namespace':
        return kubernetesAccount(subject.subject)?.namespace === set.namespace ? 'yes' : 'no';
      case 'cluster':
        return 'unknown';
      case 'selection':
        return selected(subject.subject, set.selection);
      case 'group':
      case 'attribute':
        if (subject.pool.kind === 'agents') return agentHas(subject.subject, set);
        return kubernetesProject(subject.pool) === undefined ? ofToken(set) : 'no';
      default:
        return set satisfies never;
    }
  };
}

/** `attribute.platformContainer/aiplatform/projects/N` holds the agents of the platform in the project (gcp.md 1.5). */
function agentHas(path: string, set: PoolMember): ClaimTruth {
  if (set.is !== 'attribute') return 'unknown';
  const [, platform, project] = /^resources\/([^/]+)\/projects\/([^/]+)\//.exec(path) ?? [];
  if (platform === undefined || project === undefined) return 'unknown';
  if (set.attribute === 'platformContainer') return set.value === `${platform}/projects/${project}` ? 'yes' : 'no';
  if (set.attribute === 'container') return set.value === `projects/${project}` ? 'yes' : 'no';
  return 'unknown';
}

/** `type/T/*`; what a resource lies in its path does not tell. */
function selected(path: string, selection: string): ClaimTruth {
  const type = /^type\/([^/]+)\/\*$/.exec(selection)?.[1];
  if (type === undefined) return 'unknown';
  const collection = path.split('/').at(-2);
  if (collection === undefined) return 'unknown';
  return collection.toLowerCase().replace(/s$/, '') === type.toLowerCase() ? 'yes' : 'unknown';
}

/** Tokens of a subject, one of each provider that can give one; `sure` where all its claims are those of the subject. */
interface SubjectTokens {
  readonly tokens: readonly { readonly token: MappedToken; readonly sure: boolean }[];
  readonly complete: boolean;
}

function tokensOf(subject: Subject, directory: PoolDirectory): SubjectTokens {
  const { providers, complete } = directory.issuersOf(subject.pool);
  const tokens: { token: MappedToken; sure: boolean }[] = [];
  for (const { mapping, ...provider } of providers) {
    const token = mapping.map(tokenWith(provider, subject.subject));
    const named = claimIs(token.subject, subject.subject);
    if (named === 'no' || token.admitted === 'no') continue;
    // A subject that is not simply the one of the token tells nothing of the token.
    if (named === 'yes') tokens.push({ token: { ...token, admitted: 'yes' }, sure: true });
    else tokens.push({ token: mapping.map(UNKNOWN_CLAIM), sure: false });
  }
  return { tokens, complete };
}

/** Who has the subject has a token of one of the providers, and nobody knows of which. */
function byTokens({ tokens, complete }: SubjectTokens, set: PoolMember): ClaimTruth {
  const truths = tokens.map(({ token, sure }) => {
    const truth = tokenIs(token, set);
    return sure || truth === 'no' ? truth : 'unknown';
  });
  const [first] = truths;
  if (first === undefined) return complete ? 'no' : 'unknown';
  if (truths.some((one) => one !== first)) return 'unknown';
  return first === 'no' && !complete ? 'unknown' : first;
}

/** The token of the subject, in the shape that tokens of the provider have. */
function tokenWith(provider: Pick<KnownProvider, 'kind' | 'issuer'>, subject: string): ClaimValue {
  if (provider.kind === 'aws') return awsTokenOfSubject(subject) ?? UNKNOWN_CLAIM;
  return provider.kind === 'oidc' || provider.kind === 'saml'
    ? tokenOfSubject(provider.issuer, subject)
    : UNKNOWN_CLAIM;
}
