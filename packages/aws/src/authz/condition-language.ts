import {
  and,
  type ChosenKey,
  type CompiledCondition,
  type ConditionLanguage,
  type ConditionRequest,
  FALSE,
  type PrincipalFacts,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { type ChosenValues, chosenValues } from './chosen-values.ts';
import { compileValues } from './compile-values.ts';
import type { Comparison } from './condition-operator.ts';
import { conditionOperator } from './condition-operators.ts';
import { type ConditionTest, conditionTest } from './condition-test.ts';
import { describeCondition } from './describe-condition.ts';
import { FRESH_CHARACTER, FRESH_VALUE } from './fresh-value.ts';
import { type KeyReference, keyReference } from './key-reference.ts';
import { nullTest } from './null-test.ts';
import { policyVariables } from './policy-variables.ts';
import { type Proposer, proposersFor } from './proposed-values.ts';

/**
 * Conditions of AWS policies (aws.md 1.11 and 1.12). The body is `{ version, block }`: the policy's `Version`, which
 * decides whether there are variables, and its `Condition` block as written.
 *
 * @example
 * awsConditionLanguage.compile({
 *   version: '2012-10-17',
 *   block: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
 * }).principalKeys; // ['aws:principaltag/team']
 */
export const awsConditionLanguage: ConditionLanguage = {
  id: 'aws',
  freshValue: FRESH_VALUE,
  compile: (body) => new ConditionCompiler().compile(body),
  describe: (body, request) => describeCondition(body, request, (one) => new ConditionCompiler().compile(one)),
  principalSignature: (condition, principal) =>
    (signatures.get(condition) ?? []).map((sign) => sign(principal)).join('\n'),
  principalFact: (key, principal) => JSON.stringify(keyReference(key).read(factsOnly(principal))),
  // The account of a principal and the organization around it, and whether it is a service (aws.md 1.12).
  sharedKeys: new Set([
    'aws:principalaccount',
    'kms:calleraccount',
    'aws:principalorgid',
    'aws:principalorgpaths',
    'aws:principalisawsservice',
  ]),
  resourceFact: (key, resource) => keyReference(key).resourceFact(resource),
};

const NO_VALUES: ChosenValues = { values: [], patterns: [], partial: false };

/** What one condition says of a key the caller may choose. */
interface ChosenText extends Pick<ChosenKey, 'key' | 'when' | 'free' | 'lists' | 'always'> {
  readonly values: Set<string>;
  readonly patterns: Set<string>;
  readonly multivalued: boolean;
  partial: boolean;
}

/** What tells principals apart, for each test of a condition that looks at them. */
const signatures: WeakMap<CompiledCondition, readonly ((principal: PrincipalFacts) => string)[]> = new WeakMap();

class ConditionCompiler {
  readonly #tests: ConditionTest[] = [];
  readonly #signatures: ((principal: PrincipalFacts) => string)[] = [];
  readonly #principalKeys: Set<string> = new Set();
  readonly #requestKeys: Set<string> = new Set();
  readonly #chosen: Map<string, ChosenText> = new Map();
  readonly #proposers: Proposer[] = [];
  readonly #resourceKeys: Set<string> = new Set();
  #undecidable: string | undefined;

  compile(body: Json): CompiledCondition {
    this.#body(body);
    const tests = this.#tests;
    const [only] = tests;
    const proposers = this.#proposers;
    const common = {
      evaluate: tests.length === 1 ? only! : (request: ConditionRequest) => all(tests, request),
      principalKeys: [...this.#principalKeys].sort(),
      readsResource: this.#resourceKeys.size > 0,
      resourceKeys: [...this.#resourceKeys].sort(),
      chosen: [...this.#chosen.values()]
        .sort((left, right) => (left.key < right.key ? -1 : 1))
        .map(({ key, values, patterns, multivalued, partial, when, free, lists, always }) => ({
          key,
          values: [...values].sort(),
          ...(patterns.size > 0 ? { patterns: [...patterns].sort() } : {}),
          ...(multivalued ? { multivalued: true } : {}),
          ...(partial ? { partial: true as const } : {}),
          ...(when === undefined ? {} : { when }),
          ...(free === undefined ? {} : { free }),
          ...(lists === undefined ? {} : { lists }),
          ...(always === undefined ? {} : { always }),
        })),
      ...(proposers.length === 0
        ? {}
        : { propose: (request: ConditionRequest) => proposers.flatMap((proposer) => proposer(request)) }),
      requestKeys: [...this.#requestKeys].sort(),
    };
    const compiled = this.#undecidable === undefined ? common : { ...common, undecidable: this.#undecidable };
    signatures.set(compiled, this.#signatures);
    return compiled;
  }

  #body(body: Json): void {
    if (!isObject(body) || !isObject(body['block'])) {
      this.#giveUp('the condition is not an object');
      return;
    }
    const version = body['version'];
    if (version !== '2012-10-17' && version !== '2008-10-17') {
      this.#giveUp(`the policy version ${quoted(version)} is not known`);
      return;
    }
    for (const [operator, keys] of Object.entries(body['block'])) {
      if (!isObject(keys)) this.#giveUp(`${quoted(operator)} is not followed by an object of condition keys`);
      else
        for (const [key, values] of Object.entries(keys)) this.#test(operator, key, values, version === '2012-10-17');
    }
  }

  #test(operator: string, key: string, json: Json, variables: boolean): void {
    const reference = keyReference(key);
    this.#depend(reference);
    const parsed = conditionOperator(operator);
    const values = valuesOf(json);
    if (parsed === undefined || values === undefined) {
      this.#giveUp(
        parsed === undefined
          ? `the condition operator ${quoted(operator)} is not known`
          : `the values of ${quoted(key)} are not a text or a list of texts`,
      );
      return;
    }
    if (parsed.kind === 'null') {
      this.#choose(reference);
      const test = nullTest(reference, values);
      this.#tests.push(test);
      this.#sign(reference, test, false);
      return;
    }
    const { comparison } = parsed.operator;
    let varies = false;
    if (comparison.type === 'string' || comparison.type === 'arn' || comparison.type === 'boolean') {
      if (variables) for (const value of values) if (this.#variables(reference, value, comparison)) varies = true;
    }
    this.#choose(reference, chosenValues(comparison, values, variables));
    const test = conditionTest(reference, parsed, compileValues(comparison, values, variables));
    this.#tests.push(test);
    this.#sign(reference, test, varies);
  }

  /** Variables in a value make the answer depend on their keys too; whether there are any. */
  #variables(tested: KeyReference, value: string, comparison: Comparison): boolean {
    const wildcards = comparison.type === 'arn' || (comparison.type === 'string' && comparison.wildcards);
    const template = policyVariables(value, wildcards);
    let varies = false;
    for (const part of template) {
      if (typeof part !== 'object' || !('key' in part)) continue;
      varies = true;
      const reference = keyReference(part.key);
      if (reference.key.multivalued) continue;
      this.#depend(reference);
      this.#choose(reference);
      this.#signValue(reference);
    }
    this.#proposers.push(...proposersFor(tested, template));
    return varies;
  }

  /**
   * What tells principals apart for one test: its outcome where that rests on a fact of the principal alone, else the
   * value of the key. An explicit context replaces the fact for all principals alike, and chosen tags do where it is a tag.
   */
  #sign(reference: KeyReference, test: ConditionTest, varies: boolean): void {
    if (reference.key.reads !== 'principal') return;
    const isTag = reference.key.chosenWith === 'principal-tags';
    if (varies || reference.key.source !== 'static') this.#signValue(reference);
    else
      this.#signatures.push(
        (principal) => `${test(factsOnly(principal))}${isTag && principal.chosenTags === true ? '*' : ''}`,
      );
  }

  #signValue(reference: KeyReference): void {
    if (reference.key.reads !== 'principal') return;
    this.#signatures.push((principal) => JSON.stringify(reference.read(factsOnly(principal))));
  }

  #depend({ name, key }: KeyReference): void {
    switch (key.reads) {
      case 'principal':
        this.#principalKeys.add(name);
        break;
      case 'resource':
        this.#resourceKeys.add(name);
        break;
      case 'nothing':
        break;
    }
    if (key.source === 'request' || key.source === 'kind') this.#requestKeys.add(name);
  }

  #choose({ key, chosen }: KeyReference, found: ChosenValues = NO_VALUES): void {
    if (chosen === undefined) return;
    let known = this.#chosen.get(chosen.key);
    if (known === undefined) {
      known = { ...chosen, values: new Set(), patterns: new Set(), multivalued: key.multivalued, partial: false };
      this.#chosen.set(chosen.key, known);
    }
    for (const value of found.values) if (key.possible?.(value) !== false) known.values.add(value);
    for (const pattern of found.patterns) {
      const instance = pattern.replaceAll('*', FRESH_VALUE).replaceAll('?', FRESH_CHARACTER);
      if (key.possible?.(instance) !== false) known.patterns.add(pattern);
    }
    if (found.partial) known.partial = true;
  }

  /** What is understood still counts: it may be false whatever the rest means. */
  #giveUp(reason: string): void {
    this.#undecidable ??= reason;
    this.#tests.push(() => UNKNOWN);
  }
}

function all(tests: readonly ConditionTest[], request: ConditionRequest): Truth {
  let truth: Truth = TRUE;
  for (const test of tests) {
    truth = and(truth, test(request));
    if (truth === FALSE) return FALSE;
  }
  return truth;
}

/** A scalar or a list of scalars as texts; JSON numbers and booleans are accepted for any operator. */
function valuesOf(json: Json): readonly string[] | undefined {
  if (!Array.isArray(json)) return isScalar(json) ? [String(json)] : undefined;
  const values: string[] = [];
  for (const one of json as readonly Json[]) {
    if (!isScalar(one)) return undefined;
    values.push(String(one));
  }
  return values;
}

function isScalar(json: Json): json is string | number | boolean {
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean';
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Input quoted for a message: on one line, not too long, and never looked into where it is not a scalar. */
function quoted(json: Json | undefined): string {
  if (json === undefined) return '`undefined`';
  if (typeof json === 'object' && json !== null) return Array.isArray(json) ? 'that is a list' : 'that is an object';
  const text = String(json);
  const short = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return `\`${short.slice(1, -1)}\``;
}

/** Facts alone, so that principals with the same reading of a key are the same to every condition. */
function factsOnly(principal: PrincipalFacts): ConditionRequest {
  return { principal, action: '', resource: { id: '*', scopes: [] }, context: new Map(), now: 0 };
}
