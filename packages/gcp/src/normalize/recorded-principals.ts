import type { GraphBuilder, NodeId } from '@keyreach/core/graph';
import { serviceAccountId } from './gcp-ids.ts';

/** Identities and credentials by the names that sources of use give them. */
export class RecordedPrincipals {
  readonly #builder: GraphBuilder;
  readonly #byUniqueId = new Map<string, NodeId>();
  readonly #keys = new Map<string, { readonly id: NodeId; readonly account: NodeId }>();

  /** `builder`: every identity and credential is there already. */
  constructor(builder: GraphBuilder) {
    this.#builder = builder;
    for (const node of builder.nodes) {
      if (node.kind === 'identity') {
        const uniqueId = node.attributes?.['uniqueId'];
        if (typeof uniqueId === 'string') this.#byUniqueId.set(uniqueId, node.id);
      } else if (node.kind === 'credential' && node.type === 'service-account-key' && node.publicId !== undefined) {
        this.#keys.set(node.publicId, { id: node.id, account: node.id.slice(0, node.id.lastIndexOf('/keys/')) });
      }
    }
  }

  /** By e-mail or subject, as audit logs name it, or by member, as bindings do. */
  identity(principal: string): NodeId | undefined {
    const text = principal.replace(/^(?:serviceAccount|user):/, '');
    const subject = text.startsWith('//iam.googleapis.com/') ? `principal:${text}` : text;
    return [serviceAccountId(text), `user:${text.toLowerCase()}`, subject].find(
      (id) => this.#builder.get(id)?.kind === 'identity',
    );
  }

  /** A service account by e-mail or unique id. */
  serviceAccount(name: string): NodeId | undefined {
    const id = this.#byUniqueId.get(name) ?? serviceAccountId(name);
    return this.#builder.get(id)?.kind === 'identity' ? id : undefined;
  }

  /** A service account key by its id, with the account it belongs to. */
  key(keyId: string): { readonly id: NodeId; readonly account: NodeId } | undefined {
    return this.#keys.get(keyId);
  }

  /** Identity nodes of one type that do not belong elsewhere. */
  ofType(type: string): readonly NodeId[] {
    const found: NodeId[] = [];
    for (const node of this.#builder.nodes) {
      if (node.kind === 'identity' && node.type === type && node.external !== true) found.push(node.id);
    }
    return found;
  }
}
