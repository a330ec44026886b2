import type { Attachment, IdentityNode, NodeId, Policy, Provider } from '../graph/model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import { type PrincipalLanguage, principalSignature, readsOfDocument } from './principal-signature.ts';
import type { PrincipalFacts } from './semantics.ts';

/** A policy an identity holds, and through which group. */
export interface HeldPolicy {
  readonly policy: Policy;
  readonly document: CompiledDocument;
  readonly attachment: Attachment;
  /** The group that passes it on, where it is not held directly. */
  readonly through?: NodeId;
}

/** Everything that decides the identity side of a request for one identity. */
export interface Holdings {
  readonly grants: readonly HeldPolicy[];
  readonly guards: readonly HeldPolicy[];
  /** One entry for each scope that has guards, outermost first; policies of one scope form a union. */
  readonly scopeGuards: readonly (readonly HeldPolicy[])[];
}

/**
 * Principals that no identity-side rule can tell apart: same kind, same zone, same policy texts in each part, same
 * values of every principal fact those texts read (design, section 5). Decisions are made once a class.
 */
export interface PrincipalClass {
  readonly index: number;
  readonly provider: Provider;
  readonly type: string;
  readonly zone: NodeId | undefined;
  /** Known by reference only; resources of unknown zone are then not taken to be its own. */
  readonly external: boolean;
  readonly grants: readonly CompiledDocument[];
  readonly guards: readonly CompiledDocument[];
  /** Guards of the session it acts in and of the credential it acts with; they cap like `guards`, and nobody can take them off. */
  readonly sessionGuards: readonly CompiledDocument[];
  readonly scopeGuards: readonly (readonly CompiledDocument[])[];
  /** Allow statements of `grants`, in order. */
  readonly allow: readonly CompiledStatement[];
  /** Deny statements of `grants`, `guards`, `sessionGuards` and `scopeGuards`, in order. */
  readonly deny: readonly CompiledStatement[];
  /** An unreadable grant may allow anything. */
  readonly grantUnknown: boolean;
  /** An unreadable text somewhere may deny anything. */
  readonly denyUnknown: boolean;
  readonly hasChosen: boolean;
  readonly hasChosenTags: boolean;
  /** One member, for facts that are equal in all members. */
  readonly facts: PrincipalFacts;
  readonly identity: IdentityNode;
}

/** The parts of a class before it is numbered. */
export interface ClassParts {
  readonly facts: PrincipalFacts;
  readonly provider: Provider;
  readonly type: string;
  readonly zone: NodeId | undefined;
  readonly external: boolean;
  readonly grants: readonly CompiledDocument[];
  readonly guards: readonly CompiledDocument[];
  readonly sessionGuards: readonly CompiledDocument[];
  readonly scopeGuards: readonly (readonly CompiledDocument[])[];
}

/** Interns classes by everything that can make a difference. */
export class PrincipalClasses {
  readonly list: PrincipalClass[] = [];
  readonly #byKey: Map<string, PrincipalClass> = new Map();

  readonly #numbers: Map<CompiledDocument, number> = new Map();

  /** The class of `parts`; `language` says which principals the conditions in them can tell apart. */
  intern(parts: ClassParts, language: PrincipalLanguage): PrincipalClass {
    const grants = distinct(parts.grants);
    const guards = distinct(parts.guards);
    const sessionGuards = distinct(parts.sessionGuards);
    const scopeGuards = parts.scopeGuards.map((level) => distinct(level));
    const documents = [...grants, ...guards, ...sessionGuards, ...scopeGuards.flat()];
    const number = (document: CompiledDocument): number => this.#numberOf(document);
    const session = parts.facts.session;
    const key = JSON.stringify([
      parts.provider,
      parts.type,
      parts.zone ?? null,
      // Rules on resources may name any scope around the principal, not only its zone.
      parts.facts.scopes[0]?.id ?? null,
      parts.external,
      parts.facts.node.providerManaged === true,
      grants.map(number),
      guards.map(number),
      sessionGuards.map(number),
      session?.separate ?? null,
      session?.needs ?? null,
      scopeGuards.map((level) => level.map(number)),
      documents.map((document) => principalSignature(readsOfDocument(document), parts.facts, language)),
    ]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const created: PrincipalClass = {
      index: this.list.length,
      provider: parts.provider,
      type: parts.type,
      zone: parts.zone,
      external: parts.external,
      grants,
      guards,
      sessionGuards,
      scopeGuards,
      allow: grants.flatMap((document) => document.statements.filter((statement) => statement.allow)),
      deny: documents.flatMap((document) => document.statements.filter((statement) => !statement.allow)),
      grantUnknown: grants.some((document) => document.unreadable !== undefined),
      denyUnknown: documents.some((document) => document.unreadable !== undefined && document.mayDeny),
      hasChosen: documents.some((document) => document.hasChosen),
      hasChosenTags: documents.some((document) => document.hasChosenTags),
      facts: parts.facts,
      identity: parts.facts.node,
    };
    this.list.push(created);
    this.#byKey.set(key, created);
    return created;
  }

  #numberOf(document: CompiledDocument): number {
    let number = this.#numbers.get(document);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(document, number);
    }
    return number;
  }
}

function distinct(documents: readonly CompiledDocument[]): readonly CompiledDocument[] {
  const byId = new Map(documents.map((document) => [document.id, document]));
  return [...byId.keys()].sort().map((id) => byId.get(id)!);
}
