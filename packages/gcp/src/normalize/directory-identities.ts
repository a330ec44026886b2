import type { NodeId } from '@keyreach/core/graph';
import { AUTHENTICATED_ID, GCP, PUBLIC_ID, serviceAccountId } from './gcp-ids.ts';
import { UNTOLD_CUSTOMER } from './member-register.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Domains of accounts that belong to no customer. */
const CONSUMER_DOMAINS: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

/**
 * Adds who is named and described by its name alone: users, domains, customers, the public, and sets of service accounts of
 * containers outside the input (gcp.md 1.5). Call once everybody is named.
 */
export function addDirectoryIdentities(context: NormalizeContext): void {
  addPublics(context);
  addDomains(context);
  addCustomers(context);
  addContainerSets(context);
  for (const email of [...context.members.users].sort()) {
    context.nodes.add({
      kind: 'identity',
      id: `user:${email}`,
      provider: GCP,
      type: 'user',
      name: email,
      nature: 'human',
      attributes: { email },
    });
  }
}

function addPublics({ members, nodes }: NormalizeContext): void {
  const { everybody, authenticated } = members.publics;
  const common = { kind: 'identity', provider: GCP, type: 'public', external: true } as const;
  if (everybody) nodes.add({ ...common, id: PUBLIC_ID, name: 'allUsers' });
  if (authenticated) nodes.add({ ...common, id: AUTHENTICATED_ID, name: 'allAuthenticatedUsers' });
}

/**
 * A domain contains the accounts of the customer whose primary domain it is: those with an e-mail of it surely, those of
 * other domains perhaps, unless that is the primary domain of another customer.
 */
function addDomains(context: NormalizeContext): void {
  const { members, nodes } = context;
  const primary = new Set([...members.domains, ...organizationDomains(context).keys()]);
  for (const domain of [...members.domains].sort()) {
    const id = `domain:${domain}`;
    nodes.add({ kind: 'identity', id, provider: GCP, type: 'domain', name: domain, attributes: { domain } });
    addAccounts(id, domain, primary, context);
  }
}

/** A customer contains the accounts of its domains, of which only the primary one is known, as the name of its organization. */
function addCustomers(context: NormalizeContext): void {
  const { members, nodes } = context;
  const domains = organizationDomains(context);
  const primary = new Set([...members.domains, ...domains.keys()]);
  for (const customer of [...members.customers].sort()) {
    const id = members.customer(customer);
    const own = [...domains].find(([, of]) => of === customer)?.[0];
    nodes.add({
      kind: 'identity',
      id,
      provider: GCP,
      type: 'domain',
      name: own ?? customer,
      ...(own === undefined ? { external: true } : {}),
      attributes: { customerId: customer },
    });
    // One that is not told may have any domain for its primary one.
    addAccounts(id, own, customer.startsWith(UNTOLD_CUSTOMER) ? new Set() : primary, context);
  }
}

function addAccounts(
  to: NodeId,
  domain: string | undefined,
  primary: ReadonlySet<string>,
  { members, builder }: NormalizeContext,
): void {
  for (const email of members.users) {
    const own = email.slice(email.lastIndexOf('@') + 1);
    if (own === domain) builder.edge({ type: 'member-of', from: `user:${email}`, to });
    else if (!CONSUMER_DOMAINS.has(own) && (domain === undefined || !primary.has(own))) {
      builder.edge({ type: 'member-of', from: `user:${email}`, to, certainty: 'unknown' });
    }
  }
}

/** Customer by primary domain: an organization is called by it. */
function organizationDomains({ directory }: NormalizeContext): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [id, customer] of directory.customers) {
    const name = directory.scope(id)?.data?.['displayName'];
    if (typeof name === 'string' && name.includes('.')) found.set(name.toLowerCase(), customer);
  }
  return found;
}

/** Of a container outside the input, accounts that stand in no known scope are members perhaps. */
function addContainerSets({ members, nodes, builder }: NormalizeContext): void {
  for (const [id, { type }] of [...members.containerSets].sort(([left], [right]) => (left < right ? -1 : 1))) {
    nodes.add({ kind: 'identity', id, provider: GCP, type: 'principal-set', name: id, external: true });
    for (const email of members.serviceAccounts) {
      const account = builder.get(serviceAccountId(email));
      if (account?.type !== type || account.scope !== undefined) continue;
      builder.edge({ type: 'member-of', from: account.id, to: id, certainty: 'unknown' });
    }
  }
}
