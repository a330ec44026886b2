import { quoteText, type Statement } from '@keyreach/core/graph';
import { type CompiledPolicy, compilePolicyDocument } from '../normalize/policy-document.ts';
import type { PolicyKind } from '../normalize/policy-statement.ts';
import { NO_DIRECTORY } from '../normalize/principal-directory.ts';
import { keysOfStatement } from './policy-keys.ts';
import { POLICY_PARTS, type PolicyPart, type SimulatedPolicies, type SimulatedPolicy } from './simulated-policies.ts';
import { simulationError } from './simulation-error.ts';

/** Where a policy stands among those a request is evaluated against. */
export interface PolicyPlace {
  readonly part: PolicyPart;
  readonly name: string;
  /** Of SCPs and RCPs: 0 for the root, and so on down. */
  readonly level?: number;
}

/** A policy, read and compiled. */
export interface ReadPolicy {
  readonly place: PolicyPlace;
  readonly compiled: CompiledPolicy;
}

/** A policy that names principals; how those are read depends on the partition. */
export interface NamingPolicy {
  readonly place: PolicyPlace;
  readonly compile: (kind: PolicyKind, partition: string) => CompiledPolicy;
}

/** Policies as the evaluation uses them; a part is undefined where it is not given. */
export interface PolicySet {
  readonly identity: readonly ReadPolicy[] | undefined;
  readonly boundary: ReadPolicy | null | undefined;
  readonly session: readonly ReadPolicy[] | undefined;
  readonly scps: readonly (readonly ReadPolicy[])[] | undefined;
  readonly rcps: readonly (readonly ReadPolicy[])[] | undefined;
  readonly resource: NamingPolicy | null | undefined;
  readonly vpcEndpoint: NamingPolicy | null | undefined;
  /** Tag keys in lower case, by the condition keys in lower case that read them of the principal. */
  readonly principalTagKeys: ReadonlyMap<string, string>;
  /** The same for tags of the resource; services spell the condition key each in its own way. */
  readonly resourceTagKeys: ReadonlyMap<string, string>;
  readonly problems: readonly PolicyProblem[];
}

/** A policy, or part of one, that could not be read or decided. */
export interface PolicyProblem extends PolicyPlace {
  readonly why: string;
}

/** More policies than this are refused; AWS attaches a few dozen at most. */
const MOST_POLICIES = 10_000;

/**
 * Reads the policies of a simulation, each once. Throws a `KeyreachError` `bad-policies` where they are not of the shape of
 * {@link SimulatedPolicies}; what is wrong inside a policy is a problem, and makes verdicts `unknown`.
 */
export function readPolicies(policies: SimulatedPolicies): PolicySet {
  if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) {
    throw simulationError('bad-policies', 'the policies must be an object');
  }
  for (const part of Object.keys(policies)) {
    if (!(POLICY_PARTS as readonly string[]).includes(part)) {
      const known = POLICY_PARTS.map((one) => `\`${one}\``).join(', ');
      throw simulationError('bad-policies', `${quoteText(part)} is no part of the policies; there are ${known}`);
    }
  }
  return new PolicyReader().read(policies);
}

class PolicyReader {
  readonly #problems: PolicyProblem[] = [];
  readonly #principalTags = new Map<string, string>();
  readonly #resourceTags = new Map<string, string>();
  #count = 0;

  read(policies: SimulatedPolicies): PolicySet {
    return {
      identity: this.#list(policies.identity, 'identity', 'identity'),
      boundary: this.#one(policies.boundary, 'boundary', 'boundary'),
      session: this.#list(policies.session, 'session', 'identity'),
      scps: this.#levels(policies.scps, 'scps', 'scp'),
      rcps: this.#levels(policies.rcps, 'rcps', 'rcp'),
      resource: this.#naming(policies.resource, 'resource'),
      vpcEndpoint: this.#naming(policies.vpcEndpoint, 'vpcEndpoint'),
      principalTagKeys: this.#principalTags,
      resourceTagKeys: this.#resourceTags,
      problems: this.#problems,
    };
  }

  #levels(
    levels: readonly (readonly SimulatedPolicy[])[] | undefined,
    part: 'scps' | 'rcps',
    kind: PolicyKind,
  ): readonly (readonly ReadPolicy[])[] | undefined {
    if (levels === undefined) return undefined;
    if (!Array.isArray(levels)) throw notA(part, 'a list of lists, one for each level from the root to the account');
    return (levels as readonly (readonly SimulatedPolicy[])[]).map((level, index) => {
      if (!Array.isArray(level)) throw notA(part, 'a list of lists, one for each level from the root to the account');
      return this.#list(level, part, kind, index) ?? [];
    });
  }

  #list(
    list: readonly SimulatedPolicy[] | undefined,
    part: PolicyPart,
    kind: PolicyKind,
    level?: number,
  ): readonly ReadPolicy[] | undefined {
    if (list === undefined) return undefined;
    if (!Array.isArray(list)) throw notA(part, 'a list of policies');
    return (list as readonly SimulatedPolicy[]).map((policy, index) => {
      const where = level === undefined ? '' : ` of level ${level + 1}`;
      return this.#read(policy, `policy ${index + 1}${where}`, part, kind, level);
    });
  }

  #one(policy: SimulatedPolicy | null | undefined, part: PolicyPart, kind: PolicyKind): ReadPolicy | null | undefined {
    if (policy === undefined || policy === null) return policy;
    return this.#read(policy, part, part, kind, undefined);
  }

  #read(
    policy: SimulatedPolicy,
    unnamed: string,
    part: PolicyPart,
    kind: PolicyKind,
    level: number | undefined,
  ): ReadPolicy {
    const { name, document } = this.#named(policy, unnamed, part);
    const compiled = compilePolicyDocument(document, kind, NO_DIRECTORY);
    const place: PolicyPlace = { part, name, ...(level === undefined ? {} : { level }) };
    this.#note(place, compiled);
    return { place, compiled };
  }

  #naming(
    policy: SimulatedPolicy | null | undefined,
    part: 'resource' | 'vpcEndpoint',
  ): NamingPolicy | null | undefined {
    if (policy === undefined || policy === null) return policy;
    const { name, document } = this.#named(
      policy,
      part === 'resource' ? 'resource policy' : 'VPC endpoint policy',
      part,
    );
    const place: PolicyPlace = { part, name };
    // Read now: what the caller's program does with the object later must not change verdicts.
    const text = typeof document === 'string' ? document : (jsonText(document) ?? document);
    const known = new Map<string, CompiledPolicy>();
    const compile = (kind: PolicyKind, partition: string): CompiledPolicy => {
      const key = `${kind} ${partition}`;
      let compiled = known.get(key);
      if (compiled === undefined) {
        compiled = compilePolicyDocument(text, kind, { ...NO_DIRECTORY, partition });
        if (known.size < 16) known.set(key, compiled);
      }
      return compiled;
    };
    // On a role the same text is read as a trust policy, which may say less; reasons then tell what is wrong.
    this.#note(place, compile('resource', 'aws'));
    return { place, compile };
  }

  #named(policy: SimulatedPolicy, unnamed: string, part: PolicyPart): { name: string; document: unknown } {
    this.#count += 1;
    if (this.#count > MOST_POLICIES)
      throw simulationError('bad-policies', `there are more than ${MOST_POLICIES} policies`);
    if (typeof policy === 'string') return { name: unnamed, document: policy };
    if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) throw notA(part, 'a policy document');
    if (!('document' in policy)) return { name: unnamed, document: policy };
    const { document } = policy;
    if (typeof document !== 'string' && (typeof document !== 'object' || document === null)) {
      throw notA(part, 'a policy document');
    }
    return { name: 'name' in policy && typeof policy.name === 'string' ? policy.name : unnamed, document };
  }

  #note(place: PolicyPlace, compiled: CompiledPolicy): void {
    if ('unreadable' in compiled) {
      this.#problems.push({ ...place, why: compiled.unreadable });
      return;
    }
    for (const why of compiled.problems) this.#problems.push({ ...place, why });
    for (const statement of compiled.statements) this.#noteTags(statement);
  }

  #noteTags(statement: Statement): void {
    for (const written of keysOfStatement(statement)) {
      const key = written.toLowerCase();
      const slash = key.indexOf('/');
      if (slash < 0) continue;
      const family = key.slice(0, slash);
      if (family === 'aws:principaltag') this.#principalTags.set(key, key.slice(slash + 1));
      else if (/^[^:/]*:resourcetag$/.test(family)) this.#resourceTags.set(key, key.slice(slash + 1));
    }
  }
}

function jsonText(document: unknown): string | undefined {
  try {
    return JSON.stringify(document);
  } catch {
    return undefined;
  }
}

function notA(part: PolicyPart, expected: string): Error {
  return simulationError('bad-policies', `\`${part}\` must be ${expected}`);
}
