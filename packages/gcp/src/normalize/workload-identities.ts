import type { Certainty } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import { fieldTexts, fieldValues } from './field-values.ts';
import type { DefaultIdentity, WorkloadType } from './workload-types.ts';

/** An identity as the configuration of a workload names it. */
export type NamedIdentity =
  /** A service account; e-mail in lower case. */
  | { readonly is: 'account'; readonly email: string }
  /** A service account by its unique id. */
  | { readonly is: 'unique-id'; readonly uniqueId: string }
  /** A subject of a pool, as a member of bindings: `principal://…`. */
  | { readonly is: 'subject'; readonly member: string }
  | Exclude<DefaultIdentity, { readonly is: 'none' }>;

/** One identity of a workload. */
export interface WorkloadIdentity {
  readonly identity: NamedIdentity;
  readonly certainty: Certainty;
  /** OAuth scopes of the tokens it gets; absent where the type or the input tells none. */
  readonly scopes?: readonly string[];
}

/** The identities of one workload. */
export interface WorkloadIdentities {
  readonly identities: readonly WorkloadIdentity[];
  /** Paths whose text names nothing that is known as an identity. */
  readonly unread: readonly string[];
}

/** Reads the identities that the data of an asset names (gcp.md 4.3). */
export function workloadIdentities(type: WorkloadType, data: RawRecord): WorkloadIdentities {
  const identities: WorkloadIdentity[] = [];
  const unread: string[] = [];
  for (const { part, paths, scopes, metadataMode, whenEmpty } of type.places) {
    const parts = part === undefined ? [data] : fieldValues(data, part);
    for (const one of parts) {
      const told = scopes === undefined ? [] : fieldTexts(one, scopes);
      const behindServer = metadataMode !== undefined && fieldTexts(one, metadataMode).includes('GKE_METADATA');
      const add = (identity: NamedIdentity, certainty: Certainty): void => {
        identities.push({
          identity,
          certainty: behindServer && certainty === 'allow' ? 'conditional' : certainty,
          ...(told.length === 0 ? {} : { scopes: told }),
        });
      };
      let filled = false;
      for (const path of paths) {
        for (const text of fieldTexts(one, path)) {
          const identity = identityInText(text);
          if (identity === 'user') continue;
          filled = true;
          if (identity === undefined) unread.push(path);
          else add(identity, 'allow');
        }
      }
      if (filled || whenEmpty.is === 'none') continue;
      add(whenEmpty, 'certainty' in whenEmpty ? (whenEmpty.certainty ?? 'allow') : 'allow');
    }
  }
  return { identities, unread: [...new Set(unread)] };
}

/**
 * What a text in a field for identities names: `user` for a person's e-mail, undefined for what cannot be read.
 *
 * @example
 * identityInText('projects/p/serviceAccounts/a@p.iam.gserviceaccount.com'); // { is: 'account', email: 'a@p.iam.…' }
 */
export function identityInText(text: string): NamedIdentity | 'user' | undefined {
  if (text.length > LONGEST) return undefined;
  if (text === 'default') return { is: 'compute' };
  if (text.startsWith('principal://')) return { is: 'subject', member: text };
  if (text.startsWith('spiffe://')) return { is: 'subject', member: `principal://${text.slice('spiffe://'.length)}` };
  if (text.startsWith('agents.global.')) return { is: 'subject', member: `principal://${text}` };
  const slash = text.lastIndexOf('/');
  const name = text.slice(slash + 1).toLowerCase();
  if (slash >= 0 && !text.slice(0, slash).endsWith('serviceAccounts')) return undefined;
  const plain = name.startsWith('serviceaccount:') ? name.slice('serviceaccount:'.length) : name;
  if (/^\d{6,30}$/.test(plain)) return { is: 'unique-id', uniqueId: plain };
  const at = plain.indexOf('@');
  if (at <= 0) return undefined;
  if (plain.endsWith('.gserviceaccount.com')) return { is: 'account', email: plain };
  // The API of agents writes its service agent with another host (gcp.md 7.1).
  const producer = /^gcp-sa-[a-z-]+(?=\.googleapis\.com$)/.exec(plain.slice(at + 1))?.[0];
  if (producer !== undefined)
    return { is: 'account', email: `${plain.slice(0, at)}@${producer}.iam.gserviceaccount.com` };
  return 'user';
}

/** Names of identities are far shorter. */
const LONGEST = 1000;
