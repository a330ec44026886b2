import { describe, expect, it } from 'vitest';
import { gcpSemantics } from './gcp-semantics.ts';
import {
  ADMINS,
  APP,
  ask,
  BUCKET,
  type Deny,
  type Estate,
  everybody,
  FOLDER,
  type Grant,
  JANE,
  membersOf,
  modelOf,
  named,
  ORG,
  OTHER_PROJECT,
  PROJECT,
  SECRET,
} from './testing/small-estate.ts';

const DELETE = 'resourcemanager.projects.delete';
const READ = 'storage.objects.get';
const ACCESS = 'secretmanager.versions.access';
const grant = (to: string, permission: string, on: string, cel?: string): Grant => ({
  on,
  to: named(to),
  permissions: [permission],
  ...(cel === undefined ? {} : { cel }),
});

const verdict = (estate: Estate, ...request: [string, string, string]): string => ask(estate, ...request).verdict;

describe('inheritance', () => {
  const estate: Estate = { grants: [grant(JANE, DELETE, FOLDER)] };

  it('lets a grant hold on everything below, and not beside', () => {
    expect(verdict(estate, JANE, DELETE, PROJECT)).toBe('allow');
    expect(verdict(estate, JANE, DELETE, FOLDER)).toBe('allow');
    expect(verdict(estate, JANE, DELETE, OTHER_PROJECT)).toBe('deny');
    expect(verdict(estate, JANE, DELETE, ORG)).toBe('deny');
    expect(verdict(estate, APP, DELETE, PROJECT)).toBe('deny');
  });
});

describe('deny policies', () => {
  const granted = [grant(JANE, DELETE, ORG), grant(APP, DELETE, ORG)];
  const deny: Deny = {
    on: ORG,
    principals: [everybody],
    exceptions: [membersOf(ADMINS)],
    permissions: ['cloudresourcemanager.googleapis.com/projects.delete'],
  };
  const member = { type: 'member-of', from: JANE, to: ADMINS } as const;

  it('deny everybody but those excepted, whatever is granted', () => {
    const estate: Estate = { grants: granted, denies: [deny], edges: [member] };
    expect(verdict(estate, JANE, DELETE, PROJECT)).toBe('allow');
    expect(verdict(estate, APP, DELETE, PROJECT)).toBe('deny');
    expect(ask(estate, APP, DELETE, PROJECT).blockedBy).toContain('explicit-deny');
  });

  it('hold below the node they are attached to only', () => {
    const estate: Estate = { grants: granted, denies: [{ ...deny, on: FOLDER }] };
    expect(verdict(estate, APP, DELETE, PROJECT)).toBe('deny');
    expect(verdict(estate, APP, DELETE, OTHER_PROJECT)).toBe('allow');
  });

  it('leave other permissions, and permissions excepted, alone', () => {
    const estate: Estate = {
      grants: [{ on: ORG, to: named(APP), permissions: [DELETE, 'resourcemanager.projects.get'] }],
      denies: [
        {
          on: ORG,
          principals: [everybody],
          permissions: ['cloudresourcemanager.googleapis.com/projects.*'],
          exceptionPermissions: ['cloudresourcemanager.googleapis.com/projects.get'],
        },
      ],
    };
    expect(verdict(estate, APP, DELETE, PROJECT)).toBe('deny');
    expect(verdict(estate, APP, 'resourcemanager.projects.get', PROJECT)).toBe('allow');
  });

  it('of a condition on tags hold where it does: all but test projects', () => {
    const denies = [{ ...deny, cel: "!resource.matchTag('12345678/env', 'test')" }];
    const with_ = (tags: Readonly<Record<string, string>>): Estate => ({
      grants: granted,
      denies,
      facts: { [PROJECT]: { tags } },
    });
    expect(verdict(with_({ '12345678/env': 'test' }), APP, DELETE, PROJECT)).toBe('allow');
    expect(verdict(with_({ '12345678/env': 'prod' }), APP, DELETE, PROJECT)).toBe('deny');
    expect(verdict(with_({}), APP, DELETE, PROJECT)).toBe('deny');
  });

  it('of a condition on tags nobody collected are unknown', () => {
    const estate: Estate = {
      grants: [grant(APP, DELETE, ORG)],
      denies: [{ ...deny, cel: "resource.matchTag('12345678/env', 'prod')" }],
      nodes: [
        {
          kind: 'scope',
          id: '//cloudresourcemanager.googleapis.com/projects/9',
          provider: 'gcp',
          type: 'project',
          name: 'q',
          scope: ORG,
        },
      ],
    };
    expect(verdict(estate, APP, DELETE, '//cloudresourcemanager.googleapis.com/projects/9')).toBe('unknown');
    expect(verdict(estate, APP, DELETE, PROJECT)).toBe('allow');
  });

  it('except a group that nobody may read, perhaps', () => {
    const estate: Estate = { grants: granted, denies: [deny], groupUnread: true };
    expect(verdict(estate, JANE, DELETE, PROJECT)).toBe('unknown');
  });
});

describe('a group that nobody may read', () => {
  const estate: Estate = {
    grants: [{ on: PROJECT, to: membersOf(ADMINS), permissions: [READ] }],
    groupUnread: true,
    nodes: [{ kind: 'identity', id: 'principal://x/subject/s', provider: 'gcp', type: 'federated-subject', name: 's' }],
  };

  it('may have users and service accounts among its members, and no federated subject', () => {
    expect(verdict(estate, JANE, READ, BUCKET)).toBe('unknown');
    expect(verdict(estate, APP, READ, BUCKET)).toBe('unknown');
    expect(verdict(estate, 'principal://x/subject/s', READ, BUCKET)).toBe('deny');
  });

  it('has nobody that it does not name once it was read', () => {
    expect(verdict({ ...estate, groupUnread: false }, JANE, READ, BUCKET)).toBe('deny');
  });
});

describe('a service account that was deleted and made again', () => {
  it('does not have what its predecessor of the same name was given', () => {
    const text = 'deleted:serviceAccount:app@p.iam.gserviceaccount.com?uid=1';
    const grants: readonly Grant[] = [
      { on: PROJECT, to: { match: 'unresolved', text, dangling: true }, permissions: [READ] },
    ];
    expect(verdict({ grants }, APP, READ, BUCKET)).toBe('deny');
    expect(verdict({ grants: [...grants, grant(APP, READ, PROJECT)] }, APP, READ, BUCKET)).toBe('allow');
  });
});

describe('principal access boundaries', () => {
  const granted = [grant(APP, READ, ORG), grant(APP, ACCESS, ORG), grant(JANE, READ, ORG)];
  const boundary = (resources: readonly string[], version?: string) => ({
    on: PROJECT,
    resources,
    ...(version === undefined ? {} : { version }),
  });

  it('keep the service accounts of a project to resources below the list', () => {
    expect(verdict({ grants: granted, boundaries: [boundary([FOLDER])] }, APP, READ, BUCKET)).toBe('allow');
    const estate: Estate = { grants: granted, boundaries: [boundary([OTHER_PROJECT])] };
    expect(verdict(estate, APP, READ, BUCKET)).toBe('deny');
    expect(verdict(estate, JANE, READ, BUCKET)).toBe('allow');
  });

  it('add to each other', () => {
    const estate: Estate = { grants: granted, boundaries: [boundary([OTHER_PROJECT]), boundary([PROJECT])] };
    expect(verdict(estate, APP, READ, BUCKET)).toBe('allow');
    expect(verdict({ ...estate, boundaries: [boundary([OTHER_PROJECT]), boundary([])] }, APP, READ, BUCKET)).toBe(
      'deny',
    );
  });

  it('do not stop what their version cannot block', () => {
    expect(verdict({ grants: granted, boundaries: [boundary([OTHER_PROJECT])] }, APP, ACCESS, SECRET)).toBe('allow');
    expect(verdict({ grants: granted, boundaries: [boundary([OTHER_PROJECT], '4')] }, APP, ACCESS, SECRET)).toBe(
      'deny',
    );
    const other: Estate = {
      grants: [grant(APP, 'redis.instances.get', ORG)],
      boundaries: [boundary([OTHER_PROJECT], '1')],
    };
    expect(verdict(other, APP, 'redis.instances.get', PROJECT)).toBe('unknown');
  });

  it('of a version that cannot block a permission let nobody past one that can', () => {
    const of = (...versions: readonly string[]): Estate => ({
      grants: granted,
      boundaries: versions.map((version) => boundary([OTHER_PROJECT], version)),
    });
    expect(verdict(of('3', '4'), APP, ACCESS, SECRET)).toBe('deny');
    expect(verdict(of('3', '3'), APP, ACCESS, SECRET)).toBe('allow');
    // The older one says nothing of the permission, so its resources do not count either.
    const older: Estate = { grants: granted, boundaries: [boundary([PROJECT], '3'), boundary([OTHER_PROJECT], '4')] };
    expect(verdict(older, APP, ACCESS, SECRET)).toBe('deny');
    expect(verdict(older, APP, READ, BUCKET)).toBe('allow');
    const newer: Estate = { grants: granted, boundaries: [boundary([OTHER_PROJECT], '3'), boundary([PROJECT], '4')] };
    expect(verdict(newer, APP, ACCESS, SECRET)).toBe('allow');
  });

  it('that block part of a service, perhaps this, leave it open beside one that lets pass', () => {
    const of = (...boundaries: readonly (readonly string[])[]): Estate => ({
      grants: [grant(APP, 'redis.instances.get', ORG)],
      boundaries: boundaries.map((resources, at) => boundary(resources, at === 0 ? '1' : '2')),
    });
    expect(verdict(of([PROJECT], [OTHER_PROJECT]), APP, 'redis.instances.get', PROJECT)).toBe('unknown');
    expect(verdict(of([OTHER_PROJECT], [PROJECT]), APP, 'redis.instances.get', PROJECT)).toBe('allow');
    expect(verdict(of([OTHER_PROJECT], [OTHER_PROJECT]), APP, 'redis.instances.get', PROJECT)).toBe('deny');
  });

  it('are for whom the condition of their binding names', () => {
    const of = (cel: string): Estate => ({ grants: granted, boundaries: [{ ...boundary([OTHER_PROJECT]), cel }] });
    expect(verdict(of("principal.type == 'iam.googleapis.com/ServiceAccount'"), APP, READ, BUCKET)).toBe('deny');
    expect(verdict(of("principal.type != 'iam.googleapis.com/ServiceAccount'"), APP, READ, BUCKET)).toBe('allow');
    expect(verdict(of("principal.subject == 'app@p.iam.gserviceaccount.com'"), APP, READ, BUCKET)).toBe('deny');
    expect(verdict(of("principal.subject.startsWith('other@')"), APP, READ, BUCKET)).toBe('allow');
  });
});

describe('conditions of bindings', () => {
  const of = (cel: string, permission: string = READ, on: string = PROJECT): Estate => ({
    grants: [grant(APP, permission, on, cel)],
  });

  it.each([
    ["resource.name.startsWith('projects/_/buckets/reports')", 'allow'],
    ["resource.name.startsWith('projects/_/buckets/other')", 'deny'],
    ["resource.name.startsWith('projects/_/buckets/reports/objects/public/')", 'conditional'],
    ["resource.type == 'storage.googleapis.com/Object'", 'allow'],
    ["resource.type == 'storage.googleapis.com/Bucket'", 'deny'],
    ["resource.service == 'storage.googleapis.com'", 'allow'],
    ["request.time < timestamp('2026-07-01T00:00:00Z')", 'allow'],
    ["request.time < timestamp('2026-06-01T00:00:00Z')", 'deny'],
    ["request.time.getHours('Europe/Berlin') >= 9", 'conditional'],
    ["resource.matchTag('1/env', 'prod')", 'deny'],
    ["'accessPolicies/1/accessLevels/x' in request.auth.access_levels", 'conditional'],
    ['nonsense(', 'unknown'],
  ])('%s for the objects of a bucket: %s', (cel, expected) => {
    expect(verdict(of(cel), APP, READ, BUCKET)).toBe(expected);
  });

  it('see the object that a request names', () => {
    const cel = "resource.name.startsWith('projects/_/buckets/reports/objects/public/')";
    expect(verdict(of(cel), APP, READ, `${BUCKET}/objects/public/a`)).toBe('allow');
    expect(verdict(of(cel), APP, READ, `${BUCKET}/objects/secret/a`)).toBe('deny');
  });

  it('take the project of a name as it is documented, and by its other name perhaps', () => {
    expect(
      verdict(
        of("resource.name == 'projects/3/secrets/db'", 'secretmanager.secrets.get'),
        APP,
        'secretmanager.secrets.get',
        SECRET,
      ),
    ).toBe('allow');
    expect(
      verdict(
        of("resource.name == 'projects/p/secrets/db'", 'secretmanager.secrets.get'),
        APP,
        'secretmanager.secrets.get',
        SECRET,
      ),
    ).toBe('unknown');
    expect(
      verdict(
        of("resource.name == 'projects/q/secrets/db'", 'secretmanager.secrets.get'),
        APP,
        'secretmanager.secrets.get',
        SECRET,
      ),
    ).toBe('deny');
  });

  it('grant nothing by an attribute that the resource does not provide, negated or not', () => {
    expect(verdict(of("resource.name == 'x'", DELETE), APP, DELETE, PROJECT)).toBe('deny');
    expect(verdict(of("resource.name != 'x'", DELETE), APP, DELETE, PROJECT)).toBe('deny');
    expect(verdict(of("!(resource.name == 'x')", DELETE), APP, DELETE, PROJECT)).toBe('deny');
    expect(
      verdict(
        of("resource.name != 'x' || resource.type == 'cloudresourcemanager.googleapis.com/Project'", DELETE),
        APP,
        DELETE,
        PROJECT,
      ),
    ).toBe('allow');
  });

  it('are told of by what a request says outright', () => {
    const cel = "request.time < timestamp('2026-06-01T00:00:00Z') && request.path.startsWith('/a')";
    const context = { 'request.time': ['2026-05-01T00:00:00Z'], 'request.path': ['/a/b'] };
    expect(ask(of(cel), APP, READ, BUCKET, context).verdict).toBe('allow');
    expect(ask(of(cel), APP, READ, BUCKET, { ...context, 'request.path': null }).verdict).toBe('deny');
  });

  it('limit what a holder of setIamPolicy gives away, not that it does', () => {
    const cel = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])";
    const permission = 'resourcemanager.projects.setIamPolicy';
    expect(verdict(of(cel, permission), APP, permission, PROJECT)).toBe('allow');
    expect(
      verdict(of(`${cel} && request.time < timestamp('2020-01-01T00:00:00Z')`, permission), APP, permission, PROJECT),
    ).toBe('deny');
    expect(verdict(of(cel), APP, READ, BUCKET)).toBe('allow');
    expect(verdict(of(`!${cel}`), APP, READ, BUCKET)).toBe('deny');
    expect(verdict(of(`!${cel}`, permission), APP, permission, PROJECT)).toBe('allow');
  });
});

describe('gcpSemantics', () => {
  it('has its actions in order, each once', () => {
    const folded = gcpSemantics.actions.map((name) => name.toLowerCase());
    expect(folded).toEqual([...new Set(folded)].sort());
  });

  it('learns further names from roles of the input, and from nothing else', () => {
    const model = modelOf({
      grants: [grant(JANE, 'newservice.things.use', PROJECT)],
      denies: [{ on: ORG, principals: [everybody], permissions: ['other.googleapis.com/things.use'] }],
      boundaries: [{ on: PROJECT, resources: [] }],
    });
    expect(gcpSemantics.actionsOf?.(model.graph)).toEqual(['newservice.things.use']);
  });

  it.each([
    ['//storage.googleapis.com/b/objects/a/b', '//storage.googleapis.com/b'],
    ['//secretmanager.googleapis.com/projects/3/secrets/db/versions/1', SECRET],
    ['//bigquery.googleapis.com/projects/p/datasets/d/tables/t', '//bigquery.googleapis.com/projects/p/datasets/d'],
    ['//iam.googleapis.com/projects/p/serviceAccounts/app@p.iam.gserviceaccount.com', APP],
  ])('finds what governs %s', (id, holder) => {
    expect(gcpSemantics.holdersOf(id)[0]).toBe(id);
    expect(gcpSemantics.holdersOf(id)).toContain(holder);
  });

  it('does not take an instance for its zone, nor a number for an address', () => {
    const instance = '//compute.googleapis.com/projects/p/zones/z/instances/i';
    expect(gcpSemantics.holdersOf(instance)).toEqual([instance]);
    const byNumber = '//iam.googleapis.com/projects/p/serviceAccounts/1234';
    expect(gcpSemantics.holdersOf(byNumber)).toEqual([byNumber]);
  });

  it('has an outsider that is what everybody is and nothing else', () => {
    const outsider = gcpSemantics.outsider?.(modelOf({}).graph);
    expect(outsider?.memberOf?.('public:gcp')).toBe(3);
    expect(outsider?.memberOf?.('public:gcp/authenticated')).toBe(3);
    expect(outsider?.memberOf?.(ADMINS)).toBe(0);
  });
});

describe('ids of other providers', () => {
  it.each([
    ['//storage.googleapis.com/somewhere', true],
    ['user:a@x.example', true],
    ['arn:aws:s3:::somewhere', false],
    ['/subscriptions/1/resourcegroups/r', false],
  ])('%s can be of Google Cloud: %s', (id, expected) => {
    expect(gcpSemantics.names?.(id)).toBe(expected);
  });
});
