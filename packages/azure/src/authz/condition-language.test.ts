import {
  CONDITIONAL,
  type ConditionRequest,
  FALSE,
  type PrincipalFacts,
  type RequestContext,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex, type GraphNode, type IdentityNode, type Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { azureSemantics, azureSemanticsWith } from './azure-semantics.ts';
import { azureConditionLanguage } from './condition-language.ts';

const language = azureConditionLanguage('roles');

const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
const BLOBS = 'data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
const ACCOUNT = '/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/logs';
const CONTAINER = `${ACCOUNT}/blobservices/default/containers/public`;
const VAULT = '/subscriptions/s/resourcegroups/g/providers/microsoft.keyvault/vaults/v';
const NOW = Date.parse('2026-06-01T00:00:00Z');

const identity = (type: string, attributes: Readonly<Record<string, Json>> = {}): IdentityNode => ({
  kind: 'identity',
  id: `entra:t/${type}`,
  provider: 'azure',
  type,
  name: type,
  attributes,
});
const resource = (id: string, type: string, attributes: Readonly<Record<string, Json>> = {}): GraphNode => ({
  kind: 'resource',
  id,
  provider: 'azure',
  type,
  name: id,
  attributes,
});

interface Asked {
  readonly action?: string;
  readonly principal?: IdentityNode;
  readonly memberOf?: PrincipalFacts['memberOf'];
  readonly on?: GraphNode | string;
  readonly context?: RequestContext;
}

function truth(body: Json, asked: Asked = {}): Truth {
  const on = asked.on ?? CONTAINER;
  const node = typeof on === 'string' ? undefined : on;
  const request: ConditionRequest = {
    principal: {
      node: asked.principal ?? identity('user'),
      scopes: [],
      ...(asked.memberOf === undefined ? {} : { memberOf: asked.memberOf }),
    },
    action: asked.action ?? BLOBS,
    resource: { id: typeof on === 'string' ? on : on.id, ...(node === undefined ? {} : { node }), scopes: [] },
    context: asked.context ?? new Map(),
    now: NOW,
  };
  return language.compile(body).evaluate(request);
}
const abac = (text: string, asked?: Asked): Truth => truth({ abac: text, version: '2.0' }, asked);

const NAME = '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]';
const ACCOUNT_NAME = '@Resource[Microsoft.Storage/storageAccounts:name]';
const PATH = '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]';
const UTC = '@Environment[UtcNow]';
const KEY = 'Microsoft.Directory/CustomSecurityAttributes/Id';

describe('conditions of assignments', () => {
  it.each([
    [`${NAME} StringEquals 'public'`, TRUE],
    [`${NAME} stringequals 'Public'`, FALSE],
    [`${NAME} StringEqualsIgnoreCase 'PUBLIC'`, TRUE],
    [`${NAME} StringNotEquals 'public'`, FALSE],
    [`${NAME} StringNotEqualsIgnoreCase 'other'`, TRUE],
    [`${NAME} StringStartsWith 'pub'`, TRUE],
    [`${NAME} StringNotStartsWith 'pub'`, FALSE],
    [`${NAME} StringLike 'p*l?c'`, TRUE],
    [`${NAME} StringLike 'p?c'`, FALSE],
    [`${NAME} StringNotLike 'x*'`, TRUE],
    [`${NAME} StringLike 'p\\*'`, FALSE],
    [`${NAME} StringMatches 'public'`, UNKNOWN],
    [`${NAME} ForAnyOfAnyValues:StringEquals {'a', 'public'}`, TRUE],
    [`${NAME} ForAnyOfAllValues:StringNotEquals {'a', 'public'}`, FALSE],
    [`${NAME} ForAnyOfAnyValues:StringNotEquals {'a', 'public'}`, TRUE],
    [`${NAME} ForAllOfAllValues:StringNotEquals {'a', 'b'}`, TRUE],
    [`${NAME} ForAllOfAnyValues:StringEquals {'a', 'b'}`, FALSE],
    [`${NAME} StringEquals {'a', 'public'}`, UNKNOWN],
    [`${ACCOUNT_NAME} StringEquals "logs"`, TRUE],
    [`${PATH} StringLike 'a/*'`, CONDITIONAL],
    [`Exists ${NAME}`, TRUE],
    [`NOT Exists ${NAME}`, FALSE],
    ['@Environment[isPrivateLink] BoolEquals true', CONDITIONAL],
    ['@Resource[HasObotoken] boolequals true', CONDITIONAL],
    ['@Resource[Something.New:key] StringEquals true', UNKNOWN],
    [`${UTC} DateTimeGreaterThan '2026-01-01T00:00:00Z'`, TRUE],
    [`${UTC} DateTimeLessThan '2026-01-01T00:00:00'`, FALSE],
    [`${UTC} DateTimeLessThan 'tomorrow'`, UNKNOWN],
    ['1 NumericLessThan 2', TRUE],
    ['2 NumericGreaterThanEquals 3', FALSE],
    ["'10:00' TimeOfDayLessThanEquals '10:00:01'", TRUE],
    ["'a' BoolEquals true", UNKNOWN],
    [`${NAME} StringEquals 'x' AND ${PATH} StringEquals 'y'`, FALSE],
    [`${NAME} StringEquals 'x' || ${PATH} StringEquals 'y'`, CONDITIONAL],
    [`${NAME} StringEquals 'public' OR ${NAME} StringEquals 'x' AND ${NAME} StringEquals 'y'`, TRUE],
    [`!(${NAME} StringEquals 'x') && ${PATH} StringEquals 'y'`, CONDITIONAL],
  ])('%s', (text, expected) => {
    expect(abac(text)).toBe(expected);
  });

  it.each([
    '',
    '(',
    "@Resource[a StringEquals 'x'",
    "@Nobody[a] StringEquals 'x'",
    `${'('.repeat(5_000)}`,
    "'x",
    'a b c d',
  ])('knows nothing of what it cannot read: %#', (text) => {
    expect(abac(text)).toBe(UNKNOWN);
    expect(language.compile({ abac: text }).undecidable).toBeDefined();
  });

  it('lets other actions pass, whatever their case, and matches wildcards', () => {
    const only = (pattern: string): string => `((!(ActionMatches{'${pattern}'})) OR (${NAME} StringEquals 'x'))`;
    expect(abac(only('microsoft.storage/storageaccounts/BLOBservices/containers/blobs/read'))).toBe(FALSE);
    expect(abac(only('Microsoft.Storage/*/read'))).toBe(FALSE);
    expect(abac(only('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'))).toBe(TRUE);
  });

  it('leaves suboperations to the request, of actions that have them', () => {
    const list = "SubOperationMatches{'Blob.List'}";
    expect(abac(list)).toBe(CONDITIONAL);
    expect(abac(list, { action: BLOBS.replace('read', 'delete') })).toBe(FALSE);
    expect(abac("@Request[subOperation] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Blob.List'}")).toBe(CONDITIONAL);
  });

  it('reads security attributes of the principal', () => {
    const text = `@Principal[${KEY}:Team_Project] ForAnyOfAnyValues:StringEquals {'Baker'}`;
    const who = (customSecurityAttributes: Json) => ({ principal: identity('user', { customSecurityAttributes }) });
    expect(abac(text)).toBe(UNKNOWN);
    expect(abac(text, who({ Team_Project: ['Able', 'Baker'] }))).toBe(TRUE);
    expect(abac(text, who({ Team_Project: 'Able' }))).toBe(FALSE);
    expect(abac(text, who({}))).toBe(FALSE);
    const negated = text.replace('StringEquals', 'StringNotEquals');
    expect(abac(negated, who({}))).toBe(FALSE);
  });

  it('takes the containers of an account for what the request says', () => {
    expect(abac(`${NAME} StringEquals 'public'`, { on: resource(ACCOUNT, 'a') })).toBe(CONDITIONAL);
    const hns = '@Resource[Microsoft.Storage/storageAccounts:isHnsEnabled] BoolEquals true';
    expect(abac(hns, { on: resource(ACCOUNT, 'a', { hns: true }) })).toBe(TRUE);
    expect(abac(hns, { on: resource(ACCOUNT, 'a') })).toBe(UNKNOWN);
  });

  it('lets who assigns a role choose what it assigns, unless the request says', () => {
    const role = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]';
    const type = '@Request[Microsoft.Authorization/roleAssignments:PrincipalType]';
    const one = `${role} ForAnyOfAnyValues:GuidEquals{08d4c71acc634ce4a9c85dd251b4d619}`;
    expect(abac(one, { action: ASSIGN })).toBe(TRUE);
    expect(abac(`${one} AND ${type} StringEquals 'Robot'`, { action: ASSIGN })).toBe(FALSE);
    expect(abac(`${one} AND ${role} GuidNotEquals '08D4C71A-CC63-4CE4-A9C8-5DD251B4D619'`, { action: ASSIGN })).toBe(
      FALSE,
    );
    expect(abac(one, { action: 'Microsoft.Compute/virtualMachines/write' })).toBe(FALSE);
    const key = '@request[microsoft.authorization/roleassignments:roledefinitionid]';
    const given = (value: string) => ({ action: ASSIGN, context: new Map([[key, [value]]]) });
    expect(abac(one, given('8e3af657-a8ff-443c-a75c-2fe8c4bcb635'))).toBe(FALSE);
    expect(abac(one, given('08d4c71a-cc63-4ce4-a9c8-5dd251b4d619'))).toBe(TRUE);
    const removes = one.replace('@Request', '@Resource');
    expect(abac(removes, { action: ASSIGN.replace('write', 'delete') })).toBe(CONDITIONAL);
  });
});

describe('conditions on facts', () => {
  it('eligible: for who can activate', () => {
    const of = (type: string) => truth({ eligible: {} }, { principal: identity(type) });
    expect(['user', 'service-principal', 'managed-identity', 'unknown-principal'].map(of)).toEqual([
      CONDITIONAL,
      FALSE,
      FALSE,
      UNKNOWN,
    ]);
  });

  it('exactly: on the scope, not below', () => {
    expect(truth({ exactly: '/Subscriptions/S' }, { on: '/subscriptions/s' })).toBe(TRUE);
    expect(truth({ exactly: '/subscriptions/s' }, { on: ACCOUNT })).toBe(FALSE);
  });

  it('vault: by its mode', () => {
    const of = (body: Json, rbac?: boolean) =>
      truth(body, { on: resource(VAULT, 'v', rbac === undefined ? {} : { rbac }) });
    expect([of({ vault: 'rbac' }, true), of({ vault: 'rbac' }, false), of({ vault: 'rbac' })]).toEqual([
      TRUE,
      FALSE,
      UNKNOWN,
    ]);
    expect([of({ vault: 'policies' }, true), of({ vault: 'policies' }, false)]).toEqual([FALSE, TRUE]);
    expect(truth({ vault: 'rbac' })).toBe(TRUE);
  });

  it('shared key: where it is on', () => {
    const of = (facts: Readonly<Record<string, Json>>) =>
      truth({ sharedKey: true }, { on: resource(ACCOUNT, 'a', facts) });
    expect([of({ sharedKey: true }), of({ sharedKey: false }), of({ localAuth: false }), of({})]).toEqual([
      TRUE,
      FALSE,
      FALSE,
      UNKNOWN,
    ]);
  });

  it('owner and self', () => {
    const app = (owners: Json) => ({ on: resource('entra:t/app', 'application', { owners }) });
    expect(truth({ owner: true }, app(['entra:t/user']))).toBe(TRUE);
    expect(truth({ owner: true }, app(['entra:t/other']))).toBe(FALSE);
    expect(truth({ owner: true }, { on: resource('entra:t/app', 'application') })).toBe(UNKNOWN);
    const memberOf = (group: string): Truth => (group === 'entra:t/g' ? TRUE : FALSE);
    expect(truth({ owner: true }, { ...app(['entra:t/g']), memberOf })).toBe(TRUE);
    expect(truth({ self: true }, { on: identity('user') })).toBe(TRUE);
    expect(truth({ self: true }, { on: identity('group') })).toBe(FALSE);
  });

  const HELPDESK = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
  const USER_ADMIN = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
  const GLOBAL = '62e90394-69f5-4237-9190-012177145e10';
  it('resets: by the roles of the user', () => {
    const of = (role: string, directoryRoles?: readonly string[], inRoleAssignableGroup = false) =>
      truth(
        { resets: role },
        { on: identity('user', directoryRoles === undefined ? {} : { directoryRoles, inRoleAssignableGroup }) },
      );
    expect(of(HELPDESK, [])).toBe(TRUE);
    expect(of(HELPDESK, [HELPDESK])).toBe(TRUE);
    expect(of(HELPDESK, [USER_ADMIN])).toBe(FALSE);
    expect(of(USER_ADMIN, [HELPDESK, USER_ADMIN])).toBe(TRUE);
    expect(of(HELPDESK, [], true)).toBe(FALSE);
    expect(of(HELPDESK)).toBe(UNKNOWN);
    expect(of(GLOBAL, [GLOBAL], true)).toBe(TRUE);
    expect(of('a custom role', [])).toBe(TRUE);
    expect(of('a custom role', [HELPDESK])).toBe(UNKNOWN);
    expect(truth({ resets: HELPDESK }, { on: identity('group') })).toBe(FALSE);
  });

  it('directory: restricted units keep out who has no role over them', () => {
    const user = (facts: Readonly<Record<string, Json>>) => ({
      on: identity('user', facts),
      action: 'microsoft.directory/users/basic/update',
    });
    const unit = { directory: '/administrativeUnits/U1' };
    expect(truth({ directory: '/' }, user({ managementRestricted: false }))).toBe(TRUE);
    expect(truth({ directory: 'graph' }, user({ managementRestricted: true }))).toBe(FALSE);
    expect(truth({ directory: '/' }, user({}))).toBe(UNKNOWN);
    expect(truth({ directory: '/' }, { on: resource('entra:t/app', 'application') })).toBe(TRUE);
    expect(truth(unit, user({ administrativeUnits: ['u1'], managementRestricted: true }))).toBe(TRUE);
    expect(truth(unit, user({ administrativeUnits: ['u1', 'u2'], managementRestricted: true }))).toBe(UNKNOWN);
    expect(truth(unit, user({ administrativeUnits: ['u2'], managementRestricted: false }))).toBe(FALSE);
    expect(truth(unit, user({}))).toBe(UNKNOWN);
    const reset = (directoryRoles: readonly string[]) => ({
      on: identity('user', { administrativeUnits: ['u1'], managementRestricted: false, directoryRoles }),
      action: 'microsoft.directory/users/password/update',
    });
    expect(truth(unit, reset([]))).toBe(TRUE);
    expect(truth(unit, reset([HELPDESK]))).toBe(FALSE);
  });

  it('joins several, and knows nothing of other forms', () => {
    expect(truth({ all: [{ eligible: {} }, { abac: `${NAME} StringEquals 'x'` }] })).toBe(FALSE);
    expect(truth({ all: [{ eligible: {} }, { unknown: 'why' }] })).toBe(UNKNOWN);
    for (const body of [null, 7, [], {}, { directory: 'elsewhere' }, { vault: 'x' }]) expect(truth(body)).toBe(UNKNOWN);
  });
});

describe('ActionMatches segment by segment', () => {
  const strict = azureConditionLanguage('segments');
  const ask = (pattern: string, action: string, of = strict) =>
    of.compile({ abac: `ActionMatches{'${pattern}'}` }).evaluate({
      principal: { node: { kind: 'identity', id: 'x', provider: 'azure', type: 'user', name: 'x' }, scopes: [] },
      action,
      resource: { id: '/subscriptions/s', scopes: [] },
      context: new Map(),
      now: 0,
    });
  it.each([
    ['Microsoft.Storage/a/read', 'Microsoft.Storage/a/read', TRUE, TRUE],
    ['Microsoft.Storage/a/read', 'data:Microsoft.Storage/a/read', TRUE, TRUE],
    ['microsoft.storage/a/read', 'Microsoft.Storage/a/read', FALSE, TRUE],
    ['Microsoft.Storage/*/read', 'Microsoft.Storage/a/read', TRUE, TRUE],
    ['Microsoft.Storage/*/read', 'Microsoft.Storage/a/b/read', FALSE, TRUE],
    ['Microsoft.Storage/*/read', 'Microsoft.Storage/read', FALSE, TRUE],
    ['Microsoft.Storage/*', 'Microsoft.Storage/a/read', FALSE, TRUE],
    ['*', 'Microsoft.Storage/a/read', FALSE, TRUE],
    ['Microsoft.Storage/a?/read', 'Microsoft.Storage/ab/read', FALSE, FALSE],
  ])('%s of %s', (pattern, action, segments, roles) => {
    expect([ask(pattern, action), ask(pattern, action, language)]).toEqual([segments, roles]);
  });

  it('is an option of the semantics', () => {
    const condition = { abac: "ActionMatches{'*'}" };
    const request = {
      action: 'Microsoft.Storage/a/read',
      resource: { id: '/x', scopes: [] },
      context: new Map(),
      now: 0,
    };
    const principal = azureSemantics.outsider!(new GraphIndex(new GraphBuilder().build()));
    const of = (semantics: typeof azureSemantics) =>
      semantics.conditions.compile(condition).evaluate({ ...request, principal });
    expect([of(azureSemantics), of(azureSemanticsWith({ actionMatching: 'segments' }))]).toEqual([TRUE, FALSE]);
  });
});
