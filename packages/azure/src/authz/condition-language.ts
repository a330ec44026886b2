import {
  and,
  CONDITIONAL,
  type CompiledCondition,
  type ConditionLanguage,
  type ConditionRequest,
  FALSE,
  or,
  type PrincipalFacts,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import type { ActionMatching } from './abac/action-matching.ts';
import { type AbacAttribute, type AbacNode, parseAbac } from './abac/parse-abac.ts';
import { handsOut } from './assignment-choices.ts';
import { type ConditionBody, conditionBody } from './condition-body.ts';
import { describeCondition } from './describe-condition.ts';
import { isInDirectory, mayReset } from './directory-limits.ts';
import { attributesOf, evaluateAbac } from './evaluate-abac.ts';
import { contextKey, ofFact } from './request-facts.ts';

/**
 * Conditions of Azure and Entra ID (docs/graph-azure.md, Conditions; azure.md 1.3, 1.4, 1.6, 1.7). What a request carries and
 * nobody knows is `CONDITIONAL`, what was not collected `UNKNOWN`.
 *
 * @example
 * azureConditionLanguage('roles').compile({ vault: 'rbac' }).readsResource; // true
 */
export function azureConditionLanguage(matching: ActionMatching): ConditionLanguage {
  const read = (body: Json): ConditionBody => conditionBody(body, matching);
  return {
    id: 'azure',
    freshValue: 'any other value',
    compile: (body) => compileBody(read(body)),
    handsOut: (bodies, givable) => handsOut(bodies.map(read), givable),
    describe: (body, request) => describeCondition(read(body), request, evaluateBody),
    principalFact: (key, { node }) => {
      if (key === ID) return node.id;
      if (key === TYPE) return node.type;
      return key === SECURITY ? JSON.stringify(node.attributes?.['customSecurityAttributes'] ?? null) : '';
    },
  };
}

const ID = 'principal.id';
const TYPE = 'principal.type';
const SECURITY = 'principal.customsecurityattributes';

/** Types of identities that activate nothing: activation is interactive (azure.md 1.6). */
const NOT_INTERACTIVE: ReadonlySet<string> = new Set(['service-principal', 'managed-identity', 'agent']);

function compileBody(body: ConditionBody): CompiledCondition {
  switch (body.kind) {
    case 'not-understood':
      return { ...plain(body, []), evaluate: () => UNKNOWN, undecidable: body.why };
    case 'eligible':
      return { ...plain(body, [TYPE]), readsAction: false };
    case 'exactly':
    case 'vault':
    case 'shared-key':
    case 'resets':
      return { ...plain(body, []), readsResource: true, readsAction: false };
    case 'owner':
    case 'self':
      return { ...plain(body, [ID]), readsResource: true, readsAction: false };
    case 'directory':
      return { ...plain(body, []), readsResource: true };
    case 'all':
      return compileAll(body.bodies.map(compileBody));
    case 'abac': {
      const parsed = parseAbac(body.text);
      if (parsed.node === undefined) return { ...plain(body, []), evaluate: () => UNKNOWN, undecidable: parsed.why };
      return compileAbac(parsed.node, body.matching);
    }
    default:
      return body satisfies never;
  }
}

function plain(body: ConditionBody, principalKeys: readonly string[]): CompiledCondition {
  return {
    evaluate: (request) => evaluateBody(body, request),
    principalKeys,
    readsResource: false,
    chosen: [],
    requestKeys: [],
  };
}

function compileAll(parts: readonly CompiledCondition[]): CompiledCondition {
  const undecidable = parts.find((part) => part.undecidable !== undefined)?.undecidable;
  const all = (of: (part: CompiledCondition) => readonly string[]): readonly string[] =>
    [...new Set(parts.flatMap(of))].sort();
  return {
    evaluate: (request) => parts.reduce<Truth>((truth, part) => and(truth, part.evaluate(request)), TRUE),
    principalKeys: all((part) => part.principalKeys),
    readsResource: parts.some((part) => part.readsResource),
    ...(parts.every(({ readsAction }) => readsAction === false) ? { readsAction: false as const } : {}),
    chosen: [],
    requestKeys: all((part) => part.requestKeys),
    ...(undecidable === undefined ? {} : { undecidable }),
  };
}

function compileAbac(node: AbacNode, matching: ActionMatching): CompiledCondition {
  const attributes = attributesOf(node);
  return {
    evaluate: (request) => evaluateAbac(node, matching, request),
    principalKeys: attributes.some(({ source }) => source === 'principal') ? [SECURITY] : [],
    readsResource: attributes.some(({ source }) => source === 'resource'),
    chosen: [],
    requestKeys: [...new Set(attributes.filter(isOfRequest).map(contextKey))].sort(),
  };
}

function isOfRequest({ source, key }: AbacAttribute): boolean {
  return source === 'request' || (source === 'environment' && key !== 'utcnow') || key === 'hasobotoken';
}

/** What one body comes to for a request; never throws. */
function evaluateBody(body: ConditionBody, request: ConditionRequest): Truth {
  const { principal, resource } = request;
  switch (body.kind) {
    case 'not-understood':
      return UNKNOWN;
    case 'abac':
    case 'all':
      return compileBody(body).evaluate(request);
    case 'eligible':
      return NOT_INTERACTIVE.has(principal.node.type)
        ? FALSE
        : principal.node.type === 'unknown-principal'
          ? UNKNOWN
          : CONDITIONAL;
    case 'exactly':
      return resource.id.toLowerCase() === body.scope.toLowerCase() ? TRUE : FALSE;
    case 'vault':
      return isInMode(body.mode, request);
    case 'shared-key':
      return sharedKeyWorks(request);
    case 'owner':
      return isOwner(principal, resource.node?.kind === 'scope' ? [] : resource.node?.attributes?.['owners']);
    case 'self':
      return resource.id === principal.node.id ? TRUE : FALSE;
    case 'resets':
      return mayReset(body.role, request);
    case 'directory':
      return isInDirectory(body.unit, request);
    default:
      return body satisfies never;
  }
}

const VAULTS = '/providers/microsoft.keyvault/vaults/';

function isInMode(mode: 'rbac' | 'policies', { resource: { id, node } }: ConditionRequest): Truth {
  const asksRbac = mode === 'rbac';
  if (node?.kind === 'scope') return UNKNOWN;
  if (!id.toLowerCase().includes(VAULTS)) return asksRbac ? TRUE : FALSE;
  return ofFact(node?.attributes?.['rbac'], asksRbac);
}

function sharedKeyWorks({ resource: { node } }: ConditionRequest): Truth {
  const facts = node?.attributes;
  return ofFact(facts?.['sharedKey'] ?? facts?.['localAuth'], true);
}

function isOwner(principal: PrincipalFacts, owners: Json | undefined): Truth {
  if (!Array.isArray(owners)) return UNKNOWN;
  let best: Truth = FALSE;
  for (const owner of owners as readonly Json[]) {
    if (owner === principal.node.id) return TRUE;
    if (typeof owner === 'string') best = or(best, principal.memberOf?.(owner) ?? FALSE);
  }
  return best;
}
