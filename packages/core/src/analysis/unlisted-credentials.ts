import type { GraphIndex } from '../graph/graph-index.ts';
import type { IdentityNode, Provider } from '../graph/model.ts';

/** How an input says that it lists every credential of an identity (domain facts: aws.md 5.2, azure.md 2). */
interface CredentialLists {
  readonly provider: Provider;
  readonly types: readonly string[];
  /** Attributes of the identity that must be known: a number of credentials of the type, or whether there is one. */
  readonly attributes: readonly { readonly name: string; readonly what: string; readonly type: string }[];
  /** Attributes of the identity that must be `true`: the input lists all its credentials of these kinds. */
  readonly whole?: readonly { readonly name: string; readonly what: string }[];
  /** What no gap may be about. */
  readonly gaps: readonly string[];
  /** It can be acted as without any credential of its own: it is impersonated, or attached to a workload. */
  readonly keyless?: true;
}

const credentialLists: readonly CredentialLists[] = [
  {
    provider: 'aws',
    types: ['user', 'root'],
    attributes: [
      { name: 'accessKeys', what: 'access keys', type: 'access-key' },
      { name: 'passwordEnabled', what: 'console password', type: 'password' },
    ],
    gaps: ['signing certificates', 'SSH public keys', 'service-specific credentials'],
  },
  {
    provider: 'gcp',
    types: ['service-account'],
    attributes: [],
    gaps: ['service account keys', 'HMAC keys', 'API keys'],
    keyless: true,
  },
  {
    // Of an application of another tenant nobody sees what that tenant holds (azure.md 2).
    provider: 'azure',
    types: ['service-principal'],
    attributes: [],
    whole: [{ name: 'credentialsListed', what: 'client secrets, certificates and federated credentials' }],
    gaps: [],
  },
  {
    // Signatures are made with a key and listed nowhere.
    provider: 'azure',
    types: ['shared-key'],
    attributes: [],
    whole: [{ name: 'credentialsListed', what: 'shared access signatures' }],
    gaps: [],
  },
  { provider: 'azure', types: ['managed-identity', 'agent'], attributes: [], gaps: [], keyless: true },
];

/**
 * Why an identity may be used without one of the credentials that the input lists, so that their being unused does not
 * make it unused; undefined where it lists them all.
 */
export function unlistedCredentials(identity: IdentityNode, graph: GraphIndex): string | undefined {
  const lists = listsOf(identity);
  if (lists === undefined || lists.keyless === true) {
    return 'its credentials are unused, but it can be used without one of them';
  }
  return unlistedIn(lists, identity, graph);
}

function listsOf({ provider: of, type }: IdentityNode): CredentialLists | undefined {
  return credentialLists.find(({ provider, types }) => provider === of && types.includes(type));
}

function unlistedIn(lists: CredentialLists, identity: IdentityNode, graph: GraphIndex): string | undefined {
  const nodes = graph.credentialsOf(identity.id);
  for (const { name, what, type } of lists.attributes) {
    const expected = numberOf(identity.attributes?.[name]);
    const listed = nodes.filter((credential) => credential.type === type).length;
    if (expected === undefined || listed < expected) return missing(what);
  }
  for (const { name, what } of lists.whole ?? []) if (identity.attributes?.[name] !== true) return missing(what);
  const places = [identity.id, ...graph.scopesOf(identity.id).map(({ id }) => id)];
  const gap = places.flatMap((place) => graph.gapsOf(place)).find(({ what }) => lists.gaps.includes(what));
  return gap === undefined ? undefined : missing(gap.what, gap.fix);
}

function missing(what: string, fix?: string): string {
  return `its ${what} may not be in the input${fix === undefined ? '' : ` (to close it: ${fix})`}; what it lists is unused`;
}

function numberOf(attribute: unknown): number | undefined {
  return typeof attribute === 'number' ? attribute : typeof attribute === 'boolean' ? Number(attribute) : undefined;
}

/** Whether an identity of a kind that can hold secrets may hold one the input does not list. */
export function mayHoldUnlisted(identity: IdentityNode, graph: GraphIndex): boolean {
  const lists = listsOf(identity);
  return lists !== undefined && identity.external !== true && unlistedIn(lists, identity, graph) !== undefined;
}
