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
  /** Guards that form one union wherever they are placed: on the identity, on groups it is in, on scopes around it. */
  readonly unionGuards: readonly HeldPolicy[];
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
  /** Guards that form one union, see {@link Holdings.unionGuards}. */
  readonly unionGuards: readonly CompiledDocument[];
  /** Allow statements of `grants`, in order. */
  readonly allow: readonly CompiledStatement[];
  /** Deny statements of `grants`, `guards`, `sessionGuards`, `scopeGuards` and `unionGuards`, in order. */
  readonly deny: readonly CompiledStatement[];
  /** An unreadable grant may allow anything. */
  readonly grantUnknown: boolean;
  /** An unreadable text somewhere may deny anything. */
  readonly denyUnknown: boolean;
  /** Unreadable grants that are placed under a condition, so that `grantUnknown` does not count them. */
  readonly unreadGrants: readonly CompiledDocument[];
  /** Unreadable texts that may deny and are placed under a condition, so that `denyUnknown` does not count them. */
  readonly unreadDenies: readonly CompiledDocument[];
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
  readonly unionGuards: readonly CompiledDocument[];
}

/** The guards of the scopes around principals, as they are alike for many. */
interface Levels {
  readonly levels: readonly (readonly CompiledDocument[])[];
  readonly number: number;
  /** Documents that look at the principal. */
  readonly reading: readonly CompiledDocument[];
}

/** Interns classes by everything that can make a difference. */
export class PrincipalClasses {
  readonly list: PrincipalClass[] = [];
  readonly #byKey: Map<string, PrincipalClass> = new Map();

  readonly #numbers: Map<CompiledDocument | string | undefined, number> = new Map();
  readonly #levels: WeakMap<ClassParts['scopeGuards'], Levels> = new WeakMap();

  /** The class of `parts`; `language` says which principals the conditions in them can tell apart. */
  intern(parts: ClassParts, language: PrincipalLanguage): PrincipalClass {
    const grants = distinct(parts.grants);
    const guards = distinct(parts.guards);
    const sessionGuards = distinct(parts.sessionGuards);
    const unionGuards = distinct(parts.unionGuards);
    const around = this.#levelsOf(parts.scopeGuards);
    const { facts } = parts;
    const { session } = facts;
    // Numbers, with what is read of the principal behind them: JSON, which has no line breaks.
    let key = [
      this.#numberOf(parts.provider),
      this.#numberOf(parts.type),
      this.#numberOf(parts.zone),
      // Rules on resources may name any scope around the principal, not only its zone.
      this.#numberOf(facts.scopes[0]?.id),
      parts.external ? 1 : 0,
      facts.node.providerManaged === true ? 1 : 0,
      this.#numberOf(session?.separate),
      this.#numberOf(session?.needs),
      this.#listOf(grants),
      this.#listOf(guards),
      this.#listOf(sessionGuards),
      around.number,
      this.#listOf(unionGuards),
    ].join('|');
    for (const documents of [grants, guards, sessionGuards, around.reading, unionGuards]) {
      for (const document of documents) {
        const signature = principalSignature(readsOfDocument(document), facts, language);
        if (signature !== '') key += `\n${signature}`;
      }
    }
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const scopeGuards = around.levels;
    const documents = [...grants, ...guards, ...sessionGuards, ...scopeGuards.flat(), ...unionGuards];
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
      unionGuards,
      allow: grants.flatMap((document) => document.statements.filter((statement) => statement.allow)),
      deny: documents.flatMap((document) => document.statements.filter((statement) => !statement.allow)),
      grantUnknown: grants.some(({ unreadable, applies }) => unreadable !== undefined && applies === undefined),
      denyUnknown: documents.some(
        ({ unreadable, mayDeny, applies }) => unreadable !== undefined && mayDeny && applies === undefined,
      ),
      unreadGrants: grants.filter(({ unreadable, applies }) => unreadable !== undefined && applies !== undefined),
      unreadDenies: documents.filter(
        ({ unreadable, mayDeny, applies }) => unreadable !== undefined && mayDeny && applies !== undefined,
      ),
      hasChosen: documents.some((document) => document.hasChosen),
      hasChosenTags: documents.some((document) => document.hasChosenTags),
      facts: parts.facts,
      identity: parts.facts.node,
    };
    this.list.push(created);
    this.#byKey.set(key, created);
    return created;
  }

  #levelsOf(scopeGuards: ClassParts['scopeGuards']): Levels {
    let around = this.#levels.get(scopeGuards);
    if (around === undefined) {
      const levels = scopeGuards.map((level) => distinct(level));
      const reading = levels.flat().filter((document) => readsOfAny(document));
      around = { levels, number: this.#numberOf(levels.map((level) => this.#listOf(level)).join('/')), reading };
      this.#levels.set(scopeGuards, around);
    }
    return around;
  }

  #listOf(documents: readonly CompiledDocument[]): string {
    return documents.map((document) => this.#numberOf(document)).join(',');
  }

  #numberOf(thing: CompiledDocument | string | undefined): number {
    let number = this.#numbers.get(thing);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(thing, number);
    }
    return number;
  }
}

function readsOfAny(document: CompiledDocument): boolean {
  const { conditions, keys } = readsOfDocument(document);
  return conditions.size > 0 || keys.length > 0;
}

function distinct(documents: readonly CompiledDocument[]): readonly CompiledDocument[] {
  if (documents.every(({ id }, index) => index === 0 || documents[index - 1]!.id < id)) return documents;
  const byId = new Map(documents.map((document) => [document.id, document]));
  return [...byId.keys()].sort().map((id) => byId.get(id)!);
}
