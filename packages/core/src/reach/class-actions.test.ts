import { describe, expect, test } from 'vitest';
import { ActionCatalogue, hasAction } from '../authz/action-catalogue.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { CompiledCondition, ResourcePattern } from '../authz/semantics.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth } from '../authz/truth.ts';
import { ActionsOfClasses } from './class-actions.ts';

const catalogue = new ActionCatalogue(['box:get', 'box:put']);
const selector = { include: [], exclude: [] };
const EVERY: ResourcePattern = { prefix: '', all: true, principalKeys: [], matches: () => TRUE, glob: () => '*' };
const SOME: ResourcePattern = { ...EVERY, prefix: 'a', all: false };

/** What looks at the principal comes out as told. */
function onPrincipal(truth: Truth, parts: Partial<CompiledCondition> = {}): CompiledCondition {
  return {
    evaluate: () => truth,
    principalKeys: ['name'],
    readsResource: false,
    chosen: [],
    requestKeys: [],
    ...parts,
  };
}

function statement(allow: boolean, action: string, parts: Partial<CompiledStatement> = {}): CompiledStatement {
  return {
    allow,
    actions: catalogue.select({ include: [action], exclude: [] }),
    include: [EVERY],
    exclude: [],
    principals: undefined,
    condition: undefined,
    chosen: [],
    undecidable: undefined,
    ...parts,
  } as unknown as CompiledStatement;
}

/** Actions that a Deny leaves to a class that is granted everything within nothing. */
function left(deny: CompiledStatement): readonly string[] {
  const parts: Partial<PrincipalClass> = {
    allow: [statement(true, '*')],
    deny: [deny],
    grantUnknown: false,
    guards: [] as readonly CompiledDocument[],
    sessionGuards: [],
    scopeGuards: [],
  };
  const { granted } = new ActionsOfClasses(catalogue.names.length, 0).of(parts as PrincipalClass);
  return catalogue.names.filter((name) => hasAction({ bits: granted, selector }, catalogue.ref(name)));
}

describe('actions that are left to a class', () => {
  test('are none that is denied whatever the request', () => {
    expect(left(statement(false, 'box:put'))).toEqual(['box:get']);
  });

  test('nor one that is denied to the principal, whatever else the request is', () => {
    expect(left(statement(false, 'box:put', { condition: onPrincipal(TRUE) }))).toEqual(['box:get']);
  });

  test.each<readonly [string, Partial<CompiledStatement>]>([
    ['spares the principal', { condition: onPrincipal(FALSE) }],
    ['depends on the request', { condition: onPrincipal(CONDITIONAL) }],
    ['looks at the request too', { condition: onPrincipal(TRUE, { requestKeys: ['time'] }) }],
    ['looks at the resource too', { condition: onPrincipal(TRUE, { readsResource: true }) }],
    ['looks at nothing of the principal', { condition: onPrincipal(TRUE, { principalKeys: [] }) }],
    ['leaves a value to the caller', { condition: onPrincipal(TRUE), chosen: [{ key: 'tag', values: [] }] }],
    ['names some resources', { condition: onPrincipal(TRUE), include: [SOME] }],
    ['leaves some resources out', { condition: onPrincipal(TRUE), exclude: [SOME] }],
    ['cannot be decided', { condition: onPrincipal(TRUE), undecidable: 'a language of its own' }],
  ])('are all where a Deny %s', (_, parts) => {
    expect(left(statement(false, 'box:put', parts))).toEqual(['box:get', 'box:put']);
  });
});
