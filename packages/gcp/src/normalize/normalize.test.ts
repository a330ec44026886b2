import { describe, expect, it } from 'vitest';
import { gcpInputFromObjects } from '../bundle/input-from-objects.ts';
import { serviceAccountId } from './gcp-ids.ts';
import { normalizeGcp } from './normalize.ts';
import {
  APP,
  type Bound,
  BUCKET,
  CI,
  type Estate,
  estate,
  FOLDER,
  LAB,
  NOTHING_ELSE,
  ORG,
  OTHER_FOLDER,
  ROLES,
  records,
  SHOP,
} from './testing/estate.ts';

const GET = 'storage.objects.get';
const OBJECT = `${BUCKET}/objects/o`;
const viewer = (...members: readonly string[]): Bound => ({ role: 'roles/storage.objectViewer', members });
const app = serviceAccountId(APP);
const ci = serviceAccountId(CI);
const JANE = 'user:jane@example.com';
const JOE = 'user:joe@vendor.example';

describe('inheritance', () => {
  it.each([
    ['the organization', ORG],
    ['a folder', FOLDER],
    ['the project', SHOP],
    ['the bucket', BUCKET],
  ])('holds from %s down', (_, on) => {
    const { can } = bound({ [on]: [viewer(JANE)] });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(JANE, GET, BUCKET)).toBe('allow');
  });

  it('does not hold beside or above', () => {
    const { can } = bound({ [OTHER_FOLDER]: [viewer(JANE)], [LAB]: [viewer(JANE)], [SHOP]: [viewer(JOE)] });
    expect(can(JANE, GET, OBJECT)).toBe('deny');
    expect(can(JOE, GET, FOLDER)).toBe('deny');
    expect(can(JOE, 'storage.objects.delete', OBJECT)).toBe('deny');
  });

  it('holds for service accounts that a policy of their own names', () => {
    const { can } = bound({ [APP]: [{ role: 'roles/iam.serviceAccountUser', members: [`serviceAccount:${CI}`] }] });
    expect(can(ci, 'iam.serviceAccounts.actAs', app)).toBe('allow');
    expect(can(app, 'iam.serviceAccounts.actAs', ci)).toBe('deny');
  });
});

describe('members', () => {
  it('are compared whatever the case of their e-mail', () => {
    const { can } = bound({ [SHOP]: [viewer('user:Jane@Example.COM', `serviceAccount:${APP.toUpperCase()}`)] });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(app, GET, OBJECT)).toBe('allow');
  });

  it('name a service account by its unique id, or whatever is said before its e-mail; other names are unknown', () => {
    const can = (member: string) => bound({ [ORG]: [viewer(member)] }).can(app, GET, OBJECT);
    expect(can('serviceAccount:111')).toBe('allow');
    expect(can('principal://iam.googleapis.com/projects/-/serviceAccounts/111')).toBe('allow');
    expect(can('serviceAccount:222')).toBe('deny');
    expect(can(`user:${APP}`)).toBe('allow');
    expect(can(`principal://goog/subject/${APP}`)).toBe('allow');
    expect(can('serviceAccount:333')).toBe('unknown');
  });

  it('reach through groups in groups, as far as these were read', () => {
    const groups = {
      'group:outer@example.com': ['group:Inner@example.com'],
      'group:inner@example.com': ['user:jane@example.com', `serviceAccount:${APP}`],
    };
    const { can } = bound({ [SHOP]: [viewer('group:outer@example.com')], [LAB]: [viewer(JOE)] }, { groups });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(app, GET, OBJECT)).toBe('allow');
    expect(can(ci, GET, OBJECT)).toBe('deny');
    expect(can(JOE, GET, OBJECT)).toBe('deny');
  });

  it('of a group nobody read are everybody, perhaps', () => {
    const { can, gaps, node } = bound({ [SHOP]: [viewer('group:dark@example.com')], [LAB]: [viewer(JANE)] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
    expect(can(JANE, 'storage.objects.delete', OBJECT)).toBe('deny');
    expect(node('group:dark@example.com').attributes).toMatchObject({ membersUnread: true });
    expect(gaps('group members')[0]?.why).toContain('`dark@example.com`');
  });

  it('of a group inside which another was not read are everybody, perhaps', () => {
    const groups = { 'group:outer@example.com': ['group:dark@example.com'] };
    const { can } = bound({ [SHOP]: [viewer('group:outer@example.com')], [LAB]: [viewer(JANE)] }, { groups });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
  });

  it('that were deleted are nobody, also where another of the name was made again', () => {
    const { can, graph } = bound({ [SHOP]: [viewer(`deleted:serviceAccount:${APP}?uid=999`)] });
    expect(can(app, GET, OBJECT)).toBe('deny');
    const [attachment] = graph.attachments.filter(({ node }) => node === SHOP);
    expect(attachment?.principals?.include).toEqual([
      { match: 'unresolved', text: `deleted:serviceAccount:${APP}?uid=999`, dangling: true },
    ]);
  });

  it('are everybody, or everybody who is signed in with Google', () => {
    const pod = 'principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/subject/s';
    const every = bound({ [BUCKET]: [viewer('allUsers')], [LAB]: [viewer(JOE, pod)] });
    for (const who of [JOE, ci, pod, 'public:gcp']) expect(every.can(who, GET, OBJECT)).toBe('allow');
    const signedIn = bound({ [BUCKET]: [viewer('allAuthenticatedUsers')], [LAB]: [viewer(JOE, pod)] });
    for (const who of [JOE, ci, 'public:gcp/authenticated']) expect(signedIn.can(who, GET, OBJECT)).toBe('allow');
    expect(signedIn.can(pod, GET, OBJECT)).toBe('deny');
  });

  it('are the accounts of a domain, and of other domains perhaps; never service accounts', () => {
    const { can } = bound({
      [SHOP]: [viewer('domain:example.com')],
      [LAB]: [viewer(JANE, JOE, 'user:a@gmail.com')],
    });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(JOE, GET, OBJECT)).toBe('unknown');
    expect(can('user:a@gmail.com', GET, OBJECT)).toBe('deny');
    expect(can(app, GET, OBJECT)).toBe('deny');
  });

  it('are all service accounts of a container', () => {
    const all = (on: string) => `principalSet://cloudresourcemanager.googleapis.com/${on}/type/ServiceAccount`;
    const { can } = bound({ [SHOP]: [viewer(all('folders/9'))], [LAB]: [viewer(JANE)] });
    expect(can(app, GET, OBJECT)).toBe('allow');
    expect(can(ci, GET, OBJECT)).toBe('deny');
    expect(can(JANE, GET, OBJECT)).toBe('deny');
  });

  it('of a container outside the input may be accounts of unknown projects', () => {
    const set = 'principalSet://cloudresourcemanager.googleapis.com/projects/777/type/ServiceAccount';
    const stranger = 'x@elsewhere.iam.gserviceaccount.com';
    const { can } = bound({ [SHOP]: [viewer(set)], [LAB]: [viewer(`serviceAccount:${stranger}`)] });
    expect(can(serviceAccountId(stranger), GET, OBJECT)).toBe('unknown');
    expect(can(app, GET, OBJECT)).toBe('deny');
  });

  it('of a form nobody knows are told', () => {
    const { can, gaps } = bound({ [SHOP]: [viewer('planet:mars')], [LAB]: [viewer(JANE)] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
    expect(gaps('members of policies')[0]?.why).toContain('planet:mars');
  });
});

describe('convenience values', () => {
  const named = [viewer('projectOwner:shop')];

  it('are the holders of the basic role, on the project and above', () => {
    const owner = (member: string): Bound => ({ role: 'roles/owner', members: [member] });
    const { can, edges } = bound({ [FOLDER]: [owner(JANE)], [LAB]: [owner(JOE)], [BUCKET]: named });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(JOE, GET, OBJECT)).toBe('deny');
    expect(edges('member-of')).toEqual([`member-of ${JANE} -> projectOwner:shop`]);
  });

  it('are those of that role only', () => {
    const { can } = bound({ [SHOP]: [{ role: 'roles/editor', members: [JANE] }], [BUCKET]: named });
    expect(can(JANE, GET, OBJECT)).toBe('deny');
  });

  it('reach through groups, and to everybody', () => {
    const groups = { 'group:own@example.com': [JANE] };
    const group = bound(
      { [SHOP]: [{ role: 'roles/owner', members: ['group:own@example.com'] }], [BUCKET]: named },
      { groups },
    );
    expect(group.can(JANE, GET, OBJECT)).toBe('allow');
    const all = bound({ [SHOP]: [{ role: 'roles/owner', members: ['allAuthenticatedUsers'] }], [BUCKET]: named });
    expect(all.can(ci, GET, OBJECT)).toBe('allow');
  });

  it('of a project outside the input are unknown', () => {
    const { can } = bound({ [BUCKET]: [viewer('projectOwner:elsewhere')], [LAB]: [viewer(JANE)] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
  });

  it('that claim to be members of themselves end', () => {
    const { can } = bound({ [SHOP]: [{ role: 'roles/owner', members: ['projectOwner:shop', JANE] }], [BUCKET]: named });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
  });
});

describe('deny policies', () => {
  const deny = (on: string, rule: object): object => ({
    name: `policies/cloudresourcemanager.googleapis.com%2F${on.replace('/', '%2F')}/denypolicies/d`,
    displayName: 'no keys',
    rules: [{ description: 'r', denyRule: rule }],
  });
  const all = 'principalSet://goog/public:all';

  it('come before what is granted, but for those they except', () => {
    const groups = { 'group:admins@example.com': [JANE] };
    const denyPolicies = [
      deny('folders/9', {
        deniedPrincipals: [all],
        exceptionPrincipals: ['principalSet://goog/group/Admins@example.com'],
        deniedPermissions: ['storage.googleapis.com/objects.get'],
      }),
    ];
    const { can } = bound({ [ORG]: [viewer(JANE, `serviceAccount:${APP}`)] }, { denyPolicies, groups });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(app, GET, OBJECT)).toBe('deny');
    expect(can(app, 'storage.objects.list', BUCKET)).toBe('allow');
    expect(can(app, GET, LAB)).toBe('allow');
  });

  it.each([
    ['principal://goog/subject/jane@example.com', 'deny', 'allow'],
    [`principal://iam.googleapis.com/projects/-/serviceAccounts/${APP}`, 'allow', 'deny'],
    ['principalSet://cloudresourcemanager.googleapis.com/projects/123/type/ServiceAccount', 'allow', 'deny'],
    ['principalSet://goog/cloudIdentityCustomerId/C01', 'deny', 'allow'],
    ['deleted:principal://goog/subject/jane@example.com?uid=1', 'allow', 'allow'],
  ])('name %s', (principal, jane, account) => {
    const rule = { deniedPrincipals: [principal], deniedPermissions: ['storage.googleapis.com/objects.get'] };
    const { can } = bound(
      { [SHOP]: [viewer(JANE, `serviceAccount:${APP}`)] },
      { denyPolicies: [deny('projects/123', rule)] },
    );
    expect([can(JANE, GET, OBJECT), can(app, GET, OBJECT)]).toEqual([jane, account]);
  });

  it('are attached by id or number, also where the name is encoded twice', () => {
    const rule = { deniedPrincipals: [all], deniedPermissions: ['storage.googleapis.com/*.*'] };
    for (const on of ['projects/shop', 'projects/123', 'projects%2Fshop'.replace('%2F', '%252F')]) {
      const { can } = bound({ [ORG]: [viewer(JANE)] }, { denyPolicies: [deny(on, rule)] });
      expect(can(JANE, GET, OBJECT)).toBe('deny');
    }
  });

  it('whose rules are not listed may deny anything', () => {
    const { rules: _, ...listed } = deny('projects/123', {}) as { rules: unknown };
    const { can } = bound({ [ORG]: [viewer(JANE)] }, { denyPolicies: [listed] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
    expect(can(JANE, GET, LAB)).toBe('allow');
  });

  it('that are attached outside the input are told', () => {
    const { gaps } = bound({}, { denyPolicies: [deny('projects/999', {})] });
    expect(gaps('deny policy')[0]?.why).toContain('`projects/999`');
  });

  it('are an assumption where they were not collected', () => {
    const { denyPolicies: _, boundaries: __, ...rest } = NOTHING_ELSE;
    const { node, can } = estate({ assets: records({ [SHOP]: [viewer(JANE)] }) }, rest);
    expect(node(ORG).attributes).toMatchObject({ denyUnread: true, boundariesUnread: true });
    expect(node(SHOP).attributes).not.toHaveProperty('denyUnread');
    expect(can(JANE, GET, OBJECT)).toBe('allow');
  });
});

describe('policies above what was collected', () => {
  it('are an assumption, however whole the lists of what is below are', () => {
    const project = (parent: object) => ({
      name: `//cloudresourcemanager.googleapis.com/projects/7`,
      assetType: 'cloudresourcemanager.googleapis.com/Project',
      ancestors: ['projects/7'],
      resource: { version: 'v3', data: { name: 'projects/7', projectId: 'alone', state: 'ACTIVE', ...parent } },
    });
    const unread = (parent: object): readonly string[] => {
      const boundaries = { principalAccessBoundaryPolicies: [], policyBindings: [] };
      const input = gcpInputFromObjects({ assets: [project(parent)], denyPolicies: [], boundaries });
      const { nodes } = normalizeGcp(input, { now: '2026-06-01T00:00:00.000Z' });
      const isUnread = (name: string) => nodes.some(({ attributes }) => attributes?.[name] === true);
      return ['denyUnread', 'boundariesUnread'].filter(isUnread);
    };
    expect(unread({ parent: 'folders/5' })).toEqual(['denyUnread', 'boundariesUnread']);
    expect(unread({ parent: 'organizations/1' })).toEqual(['denyUnread', 'boundariesUnread']);
    expect(unread({})).toEqual([]);
  });
});

describe('principal access boundaries', () => {
  const boundary = (target: string, resources: readonly string[], condition?: string): object => ({
    principalAccessBoundaryPolicies: [
      {
        name: 'organizations/1/locations/global/principalAccessBoundaryPolicies/b',
        details: { rules: [{ resources, effect: 'ALLOW' }], enforcementVersion: '3' },
      },
    ],
    policyBindings: [
      {
        name: 'organizations/1/locations/global/policyBindings/pb',
        target: { principalSet: target },
        policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
        policy: 'organizations/1/locations/global/principalAccessBoundaryPolicies/b',
        ...(condition === undefined ? {} : { condition: { expression: condition } }),
      },
    ],
  });
  const granted = { [ORG]: [viewer(JANE, `serviceAccount:${APP}`, `serviceAccount:${CI}`)] };

  it('keep the accounts of a project within their resources', () => {
    const { can } = bound(granted, {
      boundaries: boundary('//cloudresourcemanager.googleapis.com/projects/shop', [
        '//cloudresourcemanager.googleapis.com/projects/456',
      ]),
    });
    expect(can(app, GET, OBJECT)).toBe('deny');
    expect(can(app, GET, LAB)).toBe('allow');
    expect(can(ci, GET, OBJECT)).toBe('allow');
    expect(can(JANE, GET, OBJECT)).toBe('allow');
  });

  it('of an organization hold for its users too', () => {
    const { can } = bound(granted, {
      boundaries: boundary('//cloudresourcemanager.googleapis.com/organizations/1', [
        '//cloudresourcemanager.googleapis.com/folders/8',
      ]),
    });
    for (const who of [app, ci, JANE]) expect(can(who, GET, OBJECT)).toBe('deny');
    for (const who of [app, ci, JANE]) expect(can(who, GET, LAB)).toBe('allow');
  });

  it('of an organization hold for its workforce, perhaps where nobody tells whose it is', () => {
    const everybody = 'principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*';
    const ann = 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann';
    const of = (pools: readonly object[]) =>
      bound(
        { [ORG]: [viewer(ann, everybody)] },
        {
          boundaries: boundary('//cloudresourcemanager.googleapis.com/organizations/1', [LAB]),
          pools: { pools, providers: [] },
        },
      ).can;
    const pool = { name: 'locations/global/workforcePools/staff', state: 'ACTIVE' };
    for (const who of [ann, everybody]) {
      expect(of([])(who, GET, OBJECT)).toBe('unknown');
      expect(of([])(who, GET, LAB)).toBe('allow');
      expect(of([{ ...pool, parent: 'organizations/1' }])(who, GET, OBJECT)).toBe('deny');
      expect(of([{ ...pool, parent: 'organizations/2' }])(who, GET, OBJECT)).toBe('allow');
    }
  });

  it('of an organization whose customer is not told hold for users, perhaps', () => {
    const untold = records(granted).map((record) => {
      const { resource: _, ...rest } = record as { readonly name: string; readonly resource?: object };
      return rest.name === ORG ? rest : record;
    });
    const { can } = estate({
      assets: untold,
      boundaries: boundary('//cloudresourcemanager.googleapis.com/organizations/1', [LAB]),
    });
    expect([can(JANE, GET, OBJECT), can(JANE, GET, LAB), can(app, GET, OBJECT)]).toEqual(['unknown', 'allow', 'deny']);
  });

  it('of a workspace hold for its users only', () => {
    const { can } = bound(granted, {
      boundaries: boundary('//iam.googleapis.com/locations/global/workspace/C01', [
        '//cloudresourcemanager.googleapis.com/folders/8',
      ]),
    });
    expect(can(JANE, GET, OBJECT)).toBe('deny');
    expect(can(app, GET, OBJECT)).toBe('allow');
  });

  it('of a pool hold for everybody in it', () => {
    const pool = 'iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci';
    const subject = `principal://${pool}/subject/s`;
    const { can } = bound(
      { [ORG]: [viewer(subject, JANE)] },
      { boundaries: boundary(`//${pool.replace('123', 'shop')}`, ['//cloudresourcemanager.googleapis.com/folders/8']) },
    );
    expect(can(subject, GET, OBJECT)).toBe('deny');
    expect(can(subject, GET, LAB)).toBe('allow');
    expect(can(JANE, GET, OBJECT)).toBe('allow');
  });

  it('bound under a condition hold for whom it is true', () => {
    const { can } = bound(granted, {
      boundaries: boundary(
        '//cloudresourcemanager.googleapis.com/organizations/1',
        ['//cloudresourcemanager.googleapis.com/folders/8'],
        `principal.subject == '${APP}'`,
      ),
    });
    expect(can(app, GET, OBJECT)).toBe('deny');
    expect(can(ci, GET, OBJECT)).toBe('allow');
  });

  it('whose text is missing may block anything', () => {
    const boundaries = {
      ...boundary('//cloudresourcemanager.googleapis.com/projects/shop', []),
      principalAccessBoundaryPolicies: [],
    };
    const { can, gaps } = bound(granted, { boundaries });
    expect(can(app, GET, OBJECT)).toBe('unknown');
    expect(can(ci, GET, OBJECT)).toBe('allow');
    expect(gaps('principal access boundary')).toHaveLength(1);
  });
});

describe('roles', () => {
  it('that the input does not list grant nobody knows what, and the gap says what to run', () => {
    const { can, gaps } = bound({ [SHOP]: [{ role: 'roles/mystery', members: [JANE] }], [LAB]: [viewer(JOE)] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
    expect(can(JOE, GET, OBJECT)).toBe('deny');
    expect(gaps('role permissions')[0]).toMatchObject({ fix: expect.stringContaining('gcloud iam roles describe') });
    expect(gaps('role permissions')[0]?.why).toContain('`roles/mystery`');
  });

  it('without roles.json: what is known of basic roles is granted, the rest is unknown', () => {
    const { roles: _, ...rest } = NOTHING_ELSE;
    const bindings = { [SHOP]: [{ role: 'roles/owner', members: [JANE] }, viewer(JOE)] };
    const { can, gaps } = estate({ assets: records(bindings) }, rest);
    expect(can(JANE, 'resourcemanager.projects.setIamPolicy', SHOP)).toBe('allow');
    expect(can(JANE, 'iam.serviceAccounts.getAccessToken', SHOP)).toBe('deny');
    expect(can(JOE, GET, OBJECT)).toBe('unknown');
    expect(gaps('role permissions').map(({ why }) => why.slice(0, 60))).toHaveLength(2);
  });

  it('that are deleted or disabled grant nothing, and those without permissions neither', () => {
    const roles = [
      ...ROLES,
      { name: 'projects/shop/roles/gone', includedPermissions: [GET], deleted: true },
      { name: 'projects/shop/roles/off', includedPermissions: [GET], stage: 'DISABLED' },
      { name: 'projects/shop/roles/on', includedPermissions: [GET] },
    ];
    const given = (role: string) => bound({ [SHOP]: [{ role, members: [JANE] }] }, { roles }).can(JANE, GET, OBJECT);
    expect(['gone', 'off', 'on'].map((name) => given(`projects/shop/roles/${name}`))).toEqual([
      'deny',
      'deny',
      'allow',
    ]);
    expect(given('roles/marker')).toBe('deny');
  });

  it('of a project are things that can be changed', () => {
    const roles = [...ROLES, { name: 'projects/shop/roles/on', title: 'On', includedPermissions: [GET] }];
    const { node, graph } = bound({ [SHOP]: [{ role: 'projects/123/roles/on', members: [JANE] }] }, { roles });
    expect(node('//iam.googleapis.com/projects/123/roles/on')).toMatchObject({
      scope: SHOP,
      type: 'iam.googleapis.com/Role',
      attributes: { role: 'projects/shop/roles/on' },
    });
    expect(graph.attachments.map(({ policy }) => policy)).toContain('projects/shop/roles/on');
  });

  it('that a condition lets somebody give away are policies too', () => {
    const expression =
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/pubsub.editor'])";
    const { graph } = bound({ [SHOP]: [{ ...viewer(JANE), condition: { title: 'some', expression } }] });
    expect(graph.policies.map(({ id }) => id)).toContain('roles/pubsub.editor');
    expect(graph.attachments.find(({ node }) => node === SHOP)).toMatchObject({
      name: 'some',
      condition: { language: 'gcp' },
    });
  });
});

describe('conditions', () => {
  const under = (expression: string) =>
    bound({ [SHOP]: [{ ...viewer(JANE), condition: { expression } }] }).can(JANE, GET, OBJECT);

  it.each([
    ["request.time < timestamp('2026-06-03T00:00:00Z')", 'allow'],
    ["request.time < timestamp('2026-06-01T00:00:00Z')", 'deny'],
    ["resource.name.startsWith('projects/_/buckets/shop-data')", 'allow'],
    ["resource.name.startsWith('projects/_/buckets/other')", 'deny'],
    ["resource.type == 'storage.googleapis.com/Object'", 'allow'],
    ["resource.type == 'compute.googleapis.com/Instance'", 'deny'],
    ["resource.matchTag('1/env', 'prod')", 'unknown'],
    ['request.time.getHours("Europe/Berlin") < 8', 'conditional'],
  ])('%s', (expression, verdict) => {
    expect(under(expression)).toBe(verdict);
  });
});

describe('what was not collected', () => {
  it('above a project may grant anything', () => {
    const shop = records({ [SHOP]: [viewer(JANE)] }).slice(3, 4);
    const { can, gaps } = estate({ assets: [...shop, ...records({ [BUCKET]: [viewer(JOE)] }).slice(5, 6)] });
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(JOE, GET, SHOP)).toBe('unknown');
    expect(gaps('allow policy').map(({ scope }) => scope)).toEqual([ORG]);
  });

  it('policies altogether: everything is unknown', () => {
    const assets = records({ [SHOP]: [viewer(JANE)] }).map((record) => ({ ...record, iamPolicy: undefined }));
    const { can } = estate({ assets });
    expect(can(app, GET, OBJECT)).toBe('unknown');
  });

  it('of a resource of which nobody knows where it lies may grant anything', () => {
    const lost = { name: '//storage.googleapis.com/lost', assetType: 'storage.googleapis.com/Bucket' };
    const resource = { version: 'v1', data: {} };
    const of = (ancestors: readonly string[]) =>
      estate({ assets: records({ [SHOP]: [viewer(JANE)], [LAB]: [viewer(JOE)] }, [{ ...lost, ancestors, resource }]) });
    const { can, gaps } = of([]);
    expect([can(JANE, GET, lost.name), can(JOE, GET, lost.name)]).toEqual(['unknown', 'unknown']);
    expect([can(JANE, GET, OBJECT), can(JOE, GET, OBJECT)]).toEqual(['allow', 'deny']);
    expect(gaps('ancestors')).toHaveLength(1);
    const found = of(['projects/123', 'folders/9', 'organizations/1']);
    expect([found.can(JANE, GET, lost.name), found.can(JOE, GET, lost.name)]).toEqual(['allow', 'deny']);
    expect(found.gaps('ancestors')).toEqual([]);
  });

  it('a binding that cannot be read may be anything', () => {
    const bindings = { [SHOP]: [viewer(JANE), { role: 'roles/owner', members: 7 } as unknown as Bound] };
    const { can } = bound(bindings);
    expect(can(JANE, GET, OBJECT)).toBe('allow');
    expect(can(ci, GET, OBJECT)).toBe('unknown');
    expect(can(ci, GET, LAB)).toBe('deny');
  });

  it('a condition that cannot be read is not the absence of one', () => {
    const { can } = bound({ [SHOP]: [{ ...viewer(JANE), condition: {} }], [LAB]: [viewer(JANE)] });
    expect(can(JANE, GET, OBJECT)).toBe('unknown');
  });
});

/** An estate of these bindings, with nothing else but what is given. */
function bound(bindings: Parameters<typeof records>[0], objects: Parameters<typeof estate>[0] = {}): Estate {
  return estate({ assets: records(bindings), ...objects });
}
