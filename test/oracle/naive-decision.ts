/**
 * The slow, obvious way to one AWS decision, read straight from the files of an estate: no compiled policy, no graph,
 * no index. It knows the condition keys and resources that `random-decisions.ts` makes, and nothing else.
 */

/** 0 denied, 1 unknown, 2 conditional, 3 allowed: AND is the least, OR the greatest (aws.md 1.1). */
export type Level = 0 | 1 | 2 | 3;

/** The words for the levels, weakest first. */
export const words = ['deny', 'unknown', 'conditional', 'allow'] as const;

type Texts = string | readonly string[];

/** A `Principal` or `NotPrincipal` element. */
export type RawPrincipal = '*' | Readonly<Record<string, Texts>>;

/** A statement as policies write it. */
export interface RawStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Principal?: RawPrincipal;
  readonly NotPrincipal?: RawPrincipal;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

/** A policy document. */
export interface RawDocument {
  readonly Version?: string;
  readonly Statement: RawStatement | readonly RawStatement[];
}

/** A policy written into an identity. */
export interface RawInline {
  readonly PolicyName: string;
  readonly PolicyDocument: RawDocument;
}

/** What users and roles have in common. */
export interface RawHolder {
  readonly Path: string;
  readonly Arn: string;
  readonly CreateDate: string;
  readonly AttachedManagedPolicies: readonly { readonly PolicyName: string; readonly PolicyArn: string }[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryType: string; readonly PermissionsBoundaryArn: string };
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** A user of the authorization details. */
export interface RawUser extends RawHolder {
  readonly UserName: string;
  readonly UserId: string;
  readonly UserPolicyList: readonly RawInline[];
  readonly GroupList: readonly string[];
}

/** A role of the authorization details. Without a trust policy it is one that could not be read. */
export interface RawRole extends RawHolder {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly AssumeRolePolicyDocument?: RawDocument;
  readonly InstanceProfileList: readonly never[];
  readonly RolePolicyList: readonly RawInline[];
}

/** A group of the authorization details. */
export interface RawGroup {
  readonly Path: string;
  readonly GroupName: string;
  readonly GroupId: string;
  readonly Arn: string;
  readonly CreateDate: string;
  readonly GroupPolicyList: readonly RawInline[];
  readonly AttachedManagedPolicies: RawHolder['AttachedManagedPolicies'];
}

/** A managed policy of the authorization details. */
export interface RawManaged {
  readonly PolicyName: string;
  readonly PolicyId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly DefaultVersionId: string;
  readonly CreateDate: string;
  readonly UpdateDate: string;
  readonly PolicyVersionList: readonly {
    readonly Document: RawDocument;
    readonly VersionId: string;
    readonly IsDefaultVersion: boolean;
    readonly CreateDate: string;
  }[];
}

/** A bucket, a bucket policy, a key or what S3 blocks in the whole account, of resources.json. */
export interface RawResource {
  readonly TypeName: string;
  readonly Identifier: string;
  readonly Region?: string;
  readonly Properties: {
    readonly Bucket?: string;
    readonly PolicyDocument?: RawDocument;
    readonly KeyPolicy?: RawDocument;
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  };
}

/** The files of one account. */
export interface RawAccount {
  readonly authorizationDetails: {
    readonly UserDetailList: readonly RawUser[];
    readonly RoleDetailList: readonly RawRole[];
    readonly GroupDetailList: readonly RawGroup[];
    readonly Policies: readonly RawManaged[];
  };
  readonly resources: readonly RawResource[];
}

/** organization.json; `Organization` is null where the accounts are in none. */
export interface RawOrganization {
  readonly Organization: { readonly Id: string; readonly Arn: string; readonly MasterAccountId: string } | null;
  readonly Roots: readonly {
    readonly Id: string;
    readonly Arn: string;
    readonly Name: string;
    readonly PolicyTypes: readonly { readonly Type: string; readonly Status: string }[];
  }[];
  readonly OrganizationalUnits: readonly {
    readonly Id: string;
    readonly Arn: string;
    readonly Name: string;
    readonly ParentId: string;
  }[];
  readonly Accounts: readonly {
    readonly Id: string;
    readonly Arn: string;
    readonly Name: string;
    readonly Status: string;
    readonly ParentId: string;
  }[];
  readonly Policies: readonly {
    readonly Id: string;
    readonly Arn: string;
    readonly Name: string;
    readonly Type: string;
    readonly Content: string;
  }[];
  readonly PolicyAttachments: readonly { readonly PolicyId: string; readonly TargetIds: readonly string[] }[];
}

/** An estate, as `awsInputFromObjects` takes it. */
export interface RawEstate {
  readonly organization: RawOrganization;
  readonly accounts: Readonly<Record<string, RawAccount>>;
}

/** One request. `context` has keys in lower case; null is known to be absent. */
export interface RawRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[] | null>>;
}

/** A policy that takes part; undefined where its text is not in the input. */
type Part = RawDocument | undefined;

interface Caller {
  readonly kind: 'user' | 'role' | 'root';
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly uniqueId: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly grants: readonly Part[];
  /** One policy, or none. */
  readonly boundary: readonly Part[];
  readonly serviceLinked: boolean;
}

interface Target {
  readonly id: string;
  /** Undefined for a request without a resource: it stays in the caller's account. */
  readonly account: string | undefined;
  /** Undefined where they were not collected. */
  readonly tags: ReadonlyMap<string, string> | undefined;
  readonly policies: readonly Part[];
  /** The caller's own policies count only where the resource delegates to its account (aws.md 1.3, step 5c). */
  readonly consents: boolean;
  /** Whether resources of the kind have policies of their own that answer the action (aws.md 1.3, step 6B). */
  readonly hasPolicies: boolean;
}

/** What a condition key holds: nothing, a text, or something nobody knows beforehand. */
type Value = { readonly text: string } | { readonly undecided: Level } | 'absent';

const least = (levels: readonly Level[]): Level => ([0, 1, 2] as const).find((one) => levels.includes(one)) ?? 3;
const most = (levels: readonly Level[]): Level => ([3, 2, 1] as const).find((one) => levels.includes(one)) ?? 0;
const opposite = (level: Level): Level => (level === 0 ? 3 : level === 3 ? 0 : level);
const truth = (value: boolean): Level => (value ? 3 : 0);
const list = (texts: Texts | undefined): readonly string[] =>
  texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;

/** Services that resource control policies reach, of those that random estates use (aws.md 1.2). */
const rcpServices = ['s3', 'sts', 'kms'];
const trustActions = ['sts:assumerole', 'sts:tagsession'];
/** What a caller may pass a role to, as far as random policies can tell the services apart. */
const passedTo = [['lambda.amazonaws.com'], ['ec2.amazonaws.com'], ['other.example'], null];
/** Where a caller that picks the region may make its request; every request is made somewhere. */
const regions = ['eu-west-1', 'us-east-1', 'eu-else', 'xx-else'];
/** Actions without resource types: the request is about `*` whatever was asked (aws.md 1.10). */
const withoutResource = ['kms:listkeys'];

/** Of an action that no reference lists, nobody can say that it does not carry a key. */
function carriesPassedTo(action: string): boolean {
  return ['iam:passrole', 's3:notinthecatalogue', 'acme:dothing'].includes(action.toLowerCase());
}

/** Decides one request of one estate. */
export function decideNaively(estate: RawEstate, asked: RawRequest): Level {
  let request = asked;
  if (withoutResource.includes(asked.action.toLowerCase()) && asked.resource !== '*') {
    // Nobody asks another account for its list with a call of its own.
    if (asked.resource.split(':')[4] !== asked.principal.split(':')[4]) return 0;
    request = { ...asked, resource: '*' };
  }
  const key = 'iam:passedtoservice';
  // Only iam:PassRole carries the key; there, unless it is given, the caller picks what carries furthest (aws.md 1.12).
  const choices = !carriesPassedTo(request.action)
    ? [null]
    : key in request.context
      ? [request.context[key] ?? null]
      : passedTo;
  const places = regionOf(estate, request) === 'chosen' && !('aws:requestedregion' in request.context) ? regions : [''];
  return most(
    choices.flatMap((value) =>
      places.map((place) => {
        const given = place === '' ? {} : { 'aws:requestedregion': [place] };
        return decideOnce(estate, { ...request, context: { ...request.context, [key]: value, ...given } });
      }),
    ),
  );
}

/** The region a request is made in (aws.md 1.12): that of its resource, of the one endpoint of IAM, or the caller's choice. */
function regionOf(
  estate: RawEstate,
  { action, resource }: RawRequest,
): { readonly only: string | undefined } | 'chosen' {
  const name = action.toLowerCase();
  if (name === 'iam:passrole') return 'chosen';
  if (service(name) === 'iam') return { only: 'us-east-1' };
  const arn = resource.split(':');
  if (arn[2] === 'kms') return { only: arn[3] };
  if (arn[2] !== 's3') return 'chosen';
  const bucket = arn[5]!.split('/')[0]!;
  const listed = Object.values(estate.accounts)
    .flatMap(({ resources }) => resources)
    .find((one) => one.TypeName === 'AWS::S3::Bucket' && one.Identifier === bucket);
  return { only: listed?.Region };
}

/** The procedure of aws.md 1.3 for users, roles and root users. */
function decideOnce(estate: RawEstate, request: RawRequest): Level {
  // Step 0.
  const name = request.action.toLowerCase();
  if (name === 'sts:getcalleridentity') return 3;
  const caller = callerOf(estate, request.principal);
  const target = targetOf(estate, request);
  const asks: Ask = { estate, request, caller, target };

  const scps = caller.serviceLinked ? [] : levelsOf(estate, 'SERVICE_CONTROL_POLICY', caller.account);
  const guarded = target.account !== undefined && !caller.serviceLinked;
  const rcps = guarded ? levelsOf(estate, 'RESOURCE_CONTROL_POLICY', target.account) : [];
  const rcpReaches = rcpServices.includes(service(request.action));

  // Step 1: a deny in any of them.
  const denies = [
    ...denying([...caller.grants, ...caller.boundary, ...scps.flat()], asks),
    ...denying(rcpReaches ? rcps.flat() : [], asks),
    ...(unlocks(name, asks) ? [] : denying(target.policies, asks)),
  ];
  const notDenied = least(denies.map(opposite));

  // Role sessions get no such token; for a user nothing has to allow it (1.7, step 0).
  if (name === 'sts:getsessiontoken') return caller.kind === 'user' ? notDenied : 0;

  // Steps 2 and 3.
  const guards = least([...scps, ...rcps].map((level) => allowing(level, asks)));

  // Steps 4 to 6.
  const own = least([allowing(caller.grants, asks), ...caller.boundary.map((one) => allowing([one], asks))]);
  const boundary = least(caller.boundary.map((one) => allowing([one], asks)));
  const from = granted(target.policies, asks);
  const same = target.account === undefined || target.account === caller.account;
  const allowed = same
    ? most([least([own, target.consents ? from.delegates : 3]), least([from.sufficient, boundary]), from.unlimited])
    : least([own, target.hasPolicies ? most([from.delegates, from.sufficient, from.unlimited]) : 0]);
  return least([notDenied, guards, allowed]);
}

/** The root user of its account gets at the policy of a bucket whatever that policy denies (aws.md 1.7). */
function unlocks(action: string, { caller, target }: Ask): boolean {
  return action === 's3:putbucketpolicy' && caller.kind === 'root' && caller.account === target.account;
}

interface Ask {
  readonly estate: RawEstate;
  readonly request: RawRequest;
  readonly caller: Caller;
  readonly target: Target;
}

function callerOf(estate: RawEstate, arn: string): Caller {
  const account = arn.split(':')[4]!;
  const details = estate.accounts[account]!.authorizationDetails;
  const text = (policy: string): Part => managed(estate, policy);
  const attached = (holder: Pick<RawHolder, 'AttachedManagedPolicies'>): readonly Part[] =>
    holder.AttachedManagedPolicies.map((one) => text(one.PolicyArn));
  const inline = (policies: readonly RawInline[]): readonly Part[] => policies.map((one) => one.PolicyDocument);
  const boundary = (holder: RawHolder): readonly Part[] =>
    holder.PermissionsBoundary === undefined ? [] : [text(holder.PermissionsBoundary.PermissionsBoundaryArn)];

  const user = details.UserDetailList.find((one) => one.Arn === arn);
  if (user !== undefined) {
    const groups = details.GroupDetailList.filter((one) => user.GroupList.includes(one.GroupName));
    return {
      kind: 'user',
      arn,
      account,
      name: user.UserName,
      uniqueId: user.UserId,
      tags: tagMap(user.Tags),
      grants: [
        ...attached(user),
        ...inline(user.UserPolicyList),
        ...groups.flatMap((group) => [...attached(group), ...inline(group.GroupPolicyList)]),
      ],
      boundary: boundary(user),
      serviceLinked: false,
    };
  }
  const role = details.RoleDetailList.find((one) => one.Arn === arn);
  if (role !== undefined) {
    return {
      kind: 'role',
      arn,
      account,
      name: role.RoleName,
      uniqueId: role.RoleId,
      tags: tagMap(role.Tags),
      grants: [...attached(role), ...inline(role.RolePolicyList)],
      boundary: boundary(role),
      serviceLinked: role.Path.startsWith('/aws-service-role/'),
    };
  }
  if (!arn.endsWith(':root')) throw new RangeError(`no caller ${arn}`);
  // The root user is allowed without policies of its own (aws.md 1.3, step 4).
  const everything: RawDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  return {
    kind: 'root',
    arn,
    account,
    name: 'root',
    uniqueId: account,
    tags: new Map(),
    grants: [everything],
    boundary: [],
    serviceLinked: false,
  };
}

function managed(estate: RawEstate, arn: string): Part {
  for (const { authorizationDetails } of Object.values(estate.accounts)) {
    const policy = authorizationDetails.Policies.find((one) => one.Arn === arn);
    if (policy !== undefined) return policy.PolicyVersionList.find((one) => one.IsDefaultVersion)?.Document;
  }
  return undefined;
}

function targetOf(estate: RawEstate, { action, resource: id }: RawRequest): Target {
  const nothing = { id, tags: new Map<string, string>(), policies: [], consents: false, hasPolicies: false };
  if (id === '*') return { ...nothing, account: undefined };
  const arn = id.split(':');
  const trusts = trustActions.includes(action.toLowerCase());
  if (arn[2] === 's3') {
    const bucket = arn[5]!.split('/')[0]!;
    for (const [account, { resources }] of Object.entries(estate.accounts)) {
      const listed = resources.find((one) => one.TypeName === 'AWS::S3::Bucket' && one.Identifier === bucket);
      if (listed === undefined) continue;
      const policies = resources
        .filter((one) => one.TypeName === 'AWS::S3::BucketPolicy' && one.Properties.Bucket === bucket)
        .map((one) => one.Properties.PolicyDocument);
      // The tags of an object are not those of its bucket, and nobody listed them.
      const tags =
        arn[5] === bucket && listed.Properties.Tags !== undefined ? tagMap(listed.Properties.Tags) : undefined;
      return { id, account, tags, policies, consents: false, hasPolicies: true };
    }
    throw new RangeError(`no bucket ${bucket}`);
  }
  const account = arn[4]!;
  const files = estate.accounts[account];
  if (arn[2] === 'kms') {
    const key = files?.resources.find((one) => one.TypeName === 'AWS::KMS::Key' && `key/${one.Identifier}` === arn[5]);
    const tags = key?.Properties.Tags === undefined ? undefined : tagMap(key.Properties.Tags);
    return { id, account, tags, policies: [key?.Properties.KeyPolicy], consents: true, hasPolicies: true };
  }
  const role = files?.authorizationDetails.RoleDetailList.find((one) => one.Arn === id);
  const user = files?.authorizationDetails.UserDetailList.find((one) => one.Arn === id);
  const holder = role ?? user;
  const tags = holder === undefined ? undefined : tagMap(holder.Tags);
  // A trust policy answers who may assume the role; other IAM actions have no resource policy at all (aws.md 1.5).
  return trusts
    ? { id, account, tags, policies: [role?.AssumeRolePolicyDocument], consents: true, hasPolicies: true }
    : { ...nothing, account, tags };
}

/** Texts of the organization's policies of a type, level by level from the root to the account; none where exempt. */
function levelsOf(
  { organization }: RawEstate,
  type: string,
  account: string | undefined,
): readonly (readonly Part[])[] {
  if (organization.Organization === null || organization.Organization.MasterAccountId === account) return [];
  const member = organization.Accounts.find((one) => one.Id === account);
  const [root] = organization.Roots;
  if (member === undefined || root === undefined) return [];
  if (!root.PolicyTypes.some((one) => one.Type === type && one.Status === 'ENABLED')) return [];
  const path = [member.Id];
  for (let next: string | undefined = member.ParentId; next !== undefined; ) {
    path.unshift(next);
    next = organization.OrganizationalUnits.find((one) => one.Id === next)?.ParentId;
  }
  return path.map((level) =>
    organization.Policies.filter(
      ({ Id, Type }) =>
        Type === type &&
        organization.PolicyAttachments.some((one) => one.PolicyId === Id && one.TargetIds.includes(level)),
    ).map(({ Content }) => JSON.parse(Content) as RawDocument),
  );
}

function tagMap(tags: RawHolder['Tags']): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key.toLowerCase(), Value]));
}

const statementsOf = (document: RawDocument): readonly RawStatement[] =>
  Array.isArray(document.Statement)
    ? (document.Statement as readonly RawStatement[])
    : [document.Statement as RawStatement];

/** How far each Deny matches. */
function denying(policies: readonly Part[], ask: Ask): readonly Level[] {
  return policies.flatMap((document) =>
    document === undefined
      ? [1 as const]
      : statementsOf(document)
          .filter(({ Effect }) => Effect === 'Deny')
          .map((statement) => least([matching(statement, document, ask), denied(statement, ask.caller)])),
  );
}

/** Whether one of several policies without principals allows. */
function allowing(policies: readonly Part[], ask: Ask): Level {
  return most(
    policies.flatMap((document) =>
      document === undefined
        ? [1 as const]
        : statementsOf(document)
            .filter(({ Effect }) => Effect === 'Allow')
            .map((statement) => matching(statement, document, ask)),
    ),
  );
}

interface Granted {
  /** To the account of the caller: its identity policies count. */
  readonly delegates: Level;
  /** To the role of the caller: a boundary may still be in the way. */
  readonly sufficient: Level;
  /** To the user, the session or everybody. */
  readonly unlimited: Level;
}

/** What the policies on a resource allow, by the strength of the principal they name (aws.md 1.4). */
function granted(policies: readonly Part[], ask: Ask): Granted {
  let [delegates, sufficient, unlimited]: [Level, Level, Level] = [0, 0, 0];
  for (const document of policies) {
    if (document === undefined) {
      [delegates, sufficient, unlimited] = [most([delegates, 1]), most([sufficient, 1]), most([unlimited, 1])];
      continue;
    }
    for (const statement of statementsOf(document)) {
      if (statement.Effect !== 'Allow') continue;
      const matches = matching(statement, document, ask);
      for (const form of forms(statement.Principal)) {
        const { strength, level } = named(form, ask.caller);
        const one = least([matches, level]);
        if (strength === 'delegates') delegates = most([delegates, one]);
        if (strength === 'sufficient') sufficient = most([sufficient, one]);
        if (strength === 'unlimited') unlimited = most([unlimited, one]);
      }
    }
  }
  return { delegates, sufficient, unlimited };
}

type Form = readonly [kind: string, text: string];

function forms(principal: RawPrincipal | undefined): readonly Form[] {
  if (principal === undefined) return [];
  if (principal === '*') return [['AWS', '*']];
  return Object.entries(principal).flatMap(([kind, texts]) => list(texts).map((text): Form => [kind, text]));
}

/** Whether one form of principal is the caller, and how strong a grant to it is (aws.md 1.4). */
function named(
  [kind, text]: Form,
  caller: Caller,
): { readonly strength: 'delegates' | 'sufficient' | 'unlimited'; readonly level: Level } {
  if (kind !== 'AWS') return { strength: 'unlimited', level: 0 };
  if (text === '*') return { strength: 'unlimited', level: 3 };
  if (text === caller.account || text === `arn:aws:iam::${caller.account}:root`) {
    return { strength: 'delegates', level: 3 };
  }
  // Which session of the role the caller is, nobody can tell beforehand.
  if (caller.kind === 'role' && text.startsWith(`arn:aws:sts::${caller.account}:assumed-role/${caller.name}/`)) {
    return { strength: 'unlimited', level: 2 };
  }
  const strength = caller.kind === 'role' ? 'sufficient' : 'unlimited';
  return { strength, level: truth(caller.kind !== 'root' && (text === caller.arn || text === caller.uniqueId)) };
}

/** Whether a Deny speaks of the caller; one without principals does. */
function denied({ Principal, NotPrincipal }: RawStatement, caller: Caller): Level {
  if (NotPrincipal !== undefined) return notPrincipal(NotPrincipal, caller);
  return Principal === undefined ? 3 : most(forms(Principal).map((form) => named(form, caller).level));
}

/**
 * `Deny` with `NotPrincipal` (aws.md 1.9). All identities of a user are its ARN and its account. Those of a role also
 * have the session, of which nobody can tell beforehand whether it is the one listed.
 */
function notPrincipal(excepted: RawPrincipal, caller: Caller): Level {
  if (caller.boundary.length > 0) return 3;
  const levels = forms(excepted).map((form) => named(form, caller));
  const account = levels.some(({ strength, level }) => strength === 'delegates' && level === 3);
  const itself = levels.some(({ strength, level }) => strength !== 'delegates' && level === 3);
  const session = levels.some(({ level }) => level === 2);
  if (!account && !itself && !session) return 3;
  // The account is all that its root user is called.
  if (caller.kind === 'root') return account ? 0 : 3;
  return caller.kind === 'user' && account && itself ? 0 : 1;
}

/** Whether action, resource and condition match; principals are a question of their own. */
function matching(statement: RawStatement, document: RawDocument, ask: Ask): Level {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const variables = document.Version === '2012-10-17';
  const { action } = ask.request;
  const actions =
    NotAction === undefined
      ? list(Action).some((pattern) => actionMatches(pattern, action))
      : !list(NotAction).some((pattern) => actionMatches(pattern, action));
  const onResource = (pattern: string): boolean => resourceMatches(pattern, variables, ask);
  const resources =
    Resource !== undefined
      ? list(Resource).some(onResource)
      : NotResource === undefined || !list(NotResource).some(onResource);
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionHolds(operator, key, list(values), variables, ask)),
  );
  return least([truth(actions), truth(resources), ...conditions]);
}

const service = (action: string): string => action.split(':')[0]!.toLowerCase();

/** Ignores case; wildcards do not reach into the service, but for `*` alone (aws.md 1.10). */
function actionMatches(pattern: string, action: string): boolean {
  if (pattern === '*') return true;
  const [patternService = '', patternName = ''] = pattern.toLowerCase().split(':');
  const [, name = ''] = action.toLowerCase().split(':');
  return patternService === service(action) && wild(patternName).test(name);
}

/** Segment by segment, `*` in the last one over anything; a pattern of fewer segments as a whole (aws.md 1.10). */
function resourceMatches(pattern: string, variables: boolean, ask: Ask): boolean {
  if (pattern === '*') return true;
  // A request without a resource is granted by a lone `*` only.
  if (ask.target.id === '*') return false;
  const parts = pattern.split(':');
  if (parts.length < 6) return wild(pattern).test(ask.target.id);
  const wanted = [...parts.slice(0, 5), parts.slice(5).join(':')];
  const given = ask.target.id.split(':');
  const actual = [...given.slice(0, 5), given.slice(5).join(':')];
  return wanted.every((segment, index) => {
    if (index < 5) return wild(segment).test(actual[index]!);
    const text = substituted(segment, variables, ask, true);
    return text !== undefined && wild(text).test(actual[index]!);
  });
}

/** A text with wildcards as an expression. */
function wild(pattern: string): RegExp {
  const source = [...pattern].map((char) =>
    char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's');
}

/**
 * The text with the caller's facts put in; undefined where one of them is absent (aws.md 1.11). Random tags and names
 * hold no wildcards.
 */
function substituted(text: string, variables: boolean, ask: Ask, inResource: boolean): string | undefined {
  if (!variables) return text;
  let missing = false;
  const result = text.replace(/\$\{([^}]+)\}/g, (_, key: string) => {
    const value = valueOfKey(key, inResource ? { ...ask, request: { ...ask.request, context: {} } } : ask);
    if (value === 'absent') {
      missing = true;
      return '';
    }
    if (!('text' in value)) throw new RangeError(`${key} is not for variables`);
    return value.text;
  });
  return missing ? undefined : result;
}

/** One operator on one key (aws.md 1.11). */
function conditionHolds(written: string, key: string, values: readonly string[], variables: boolean, ask: Ask): Level {
  const value = valueOfKey(key, ask);
  if (typeof value === 'object' && 'undecided' in value) return value.undecided;
  if (written === 'Null') {
    return truth(values.some((one) => (one === 'true') === (value === 'absent')));
  }
  const ifExists = written.endsWith('IfExists');
  const operator = ifExists ? written.slice(0, -'IfExists'.length) : written;
  const negated = operator === 'StringNotEquals' || operator === 'StringNotLike';
  if (value === 'absent') return truth(ifExists || negated);
  const matches = values.some((one) => {
    if (operator === 'Bool') return one.toLowerCase() === value.text.toLowerCase();
    const text = substituted(one, variables, ask, false);
    if (text === undefined) return false;
    if (operator === 'StringEquals' || operator === 'StringNotEquals') return text === value.text;
    if (operator === 'StringLike' || operator === 'StringNotLike') return wild(text).test(value.text);
    throw new RangeError(`no operator ${operator}`);
  });
  return truth(matches !== negated);
}

/** Value of a condition key (aws.md 1.11, last table; 1.12). Explicit context wins. */
function valueOfKey(written: string, { estate, request, caller, target }: Ask): Value {
  const key = written.toLowerCase();
  const region = key === 'aws:requestedregion' ? regionOf(estate, request) : 'chosen';
  // What the resource fixes no context changes.
  if (region !== 'chosen' && region.only !== undefined) return { text: region.only };
  const given = request.context[key];
  if (given !== undefined) return given === null ? 'absent' : { text: given[0]! };
  const known = (text: string | undefined): Value => (text === undefined ? 'absent' : { text });
  if (key === 'aws:principalarn') return known(caller.arn);
  if (key === 'aws:username') return known(caller.kind === 'user' ? caller.name : undefined);
  if (key === 'aws:multifactorauthpresent') return { undecided: 2 };
  if (key === 'aws:requestedregion') return { undecided: region === 'chosen' ? 2 : 1 };
  const slash = key.indexOf('/');
  const [family, tag] = [key.slice(0, slash), key.slice(slash + 1)];
  if (family === 'aws:principaltag') return known(caller.tags.get(tag));
  if (family === 'aws:resourcetag') return target.tags === undefined ? { undecided: 1 } : known(target.tags.get(tag));
  throw new RangeError(`no condition key ${written}`);
}
