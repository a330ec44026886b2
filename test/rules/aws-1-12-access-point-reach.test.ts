/** aws.md 1.12, other systems: what is reached by way of an S3 access point is data of the bucket behind it. */
import type { Radius } from '@keyreach/core/analysis';
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  bucket,
  deny,
  grant,
  HOME,
  iam,
  type Json,
  MIA,
  OTHER,
  organization,
  policy,
  refuse,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const BUCKET = 'arn:aws:s3:::exports';
const AP = `arn:aws:s3:eu-west-1:${HOME}:accesspoint/ap`;
const OBJECT = `${AP}/object/file`;
const CALLER = iam('user/caller', OTHER);
const NEIGHBOUR = iam('user/neighbour', OTHER);

/** How AWS tells owners of buckets to hand the decision to access points. */
const handedOver = (account: string): Json =>
  grant('*', '*', '*', { StringEquals: { 's3:DataAccessPointAccount': account } });
const handedTo = (arn: string): Json => grant('*', '*', '*', { ArnEquals: { 's3:DataAccessPointArn': arn } });
const letIn = (principal: string, action: unknown = GET): Json => grant({ AWS: principal }, action, `${AP}/object/*`);

/** What the caller may do: nothing but what names the access point. */
const byPoint = allow(GET, `${AP}/object/*`);

interface Shape {
  readonly point?: readonly Json[];
  readonly ofBucket?: readonly Json[];
  readonly properties?: Json;
  readonly callerSays?: readonly Json[];
  readonly callerBoundary?: readonly Json[];
  readonly miaSays?: readonly Json[];
  readonly guards?: Parameters<typeof organization>[0];
  /** Account that lists the access point, and that of the bucket. */
  readonly bucketIn?: string;
}

function world({
  point = [],
  ofBucket = [],
  properties = {},
  callerSays = [byPoint],
  callerBoundary,
  miaSays = [],
  guards,
  bucketIn = HOME,
}: Shape): World {
  const boundary = callerBoundary === undefined ? {} : { boundary: iam('policy/cap', OTHER) };
  const cap = callerBoundary === undefined ? [] : [{ ...policy('cap', callerBoundary), Arn: iam('policy/cap', OTHER) }];
  const buckets = (account: string): readonly Json[] => (account === bucketIn ? bucket('exports', ...ofBucket) : []);
  const statements = point.length === 0 ? {} : { Policy: { Statement: point } };
  return {
    accounts: {
      [OTHER]: {
        users: [
          user('caller', callerSays, { account: OTHER, ...boundary }),
          user('neighbour', callerSays, { account: OTHER, ...boundary }),
        ],
        policies: cap,
        resources: buckets(OTHER),
      },
      [HOME]: {
        users: [user('mia', miaSays), user('ben')],
        resources: [
          ...buckets(HOME),
          resource('AWS::S3::AccessPoint', 'ap', { Arn: AP, Bucket: 'exports', ...statements, ...properties }),
        ],
      },
    },
    ...(guards === undefined ? {} : { organization: organization(guards) }),
  };
}

/** How surely a subject has a class of access to a resource; `no` where it has not. */
function access(radius: Radius, id: string, of: string): string {
  const found = radius.reaches.find((one) => one.id === id)?.access?.find((one) => one.class === of);
  return found?.certainty ?? 'no';
}

type ReachRow = readonly [name: string, shape: Shape, subject: string, expected: string, of?: string];

/** Access to the data of the bucket, whose name no policy of the subject has in it. */
function reaches(rows: readonly ReachRow[]): void {
  for (const [name, shape, subject, expected, of = 'data-read'] of rows) {
    test(`aws.md 1.12 access points, reach: ${name}`, () => {
      expect(access(ask(world(shape)).radius(subject), BUCKET, of)).toBe(expected);
    });
  }
}

describe('by way of an access point of another account', () => {
  const both: Shape = { point: [letIn(CALLER)], ofBucket: [handedOver(HOME)] };
  reaches([
    ['the access point lets in and the bucket hands over', both, CALLER, 'allow'],
    ['the bucket hands over to this one', { ...both, ofBucket: [handedTo(AP)] }, CALLER, 'allow'],
    ['to another one', { ...both, ofBucket: [handedTo(`${AP}2`)] }, CALLER, 'no'],
    ['to those of another account', { ...both, ofBucket: [handedOver(OTHER)] }, CALLER, 'no'],
    ['the bucket does not', { ...both, ofBucket: [] }, CALLER, 'no'],
    ['without the permission of the caller', { ...both, callerSays: [allow('s3:PutObject')] }, CALLER, 'no'],
    ['the access point names somebody else', { ...both, point: [letIn(NEIGHBOUR)] }, CALLER, 'no'],
    ['who is reached', { ...both, point: [letIn(NEIGHBOUR)] }, NEIGHBOUR, 'allow'],
    ['what was not granted is not', both, CALLER, 'no', 'data-write'],
    [
      'a deny in the policy of the bucket wins',
      { ...both, ofBucket: [handedOver(HOME), refuse({ AWS: CALLER }, GET)] },
      CALLER,
      'no',
    ],
    [
      'a deny for somebody else does not',
      { ...both, ofBucket: [handedOver(HOME), refuse({ AWS: NEIGHBOUR }, GET)] },
      CALLER,
      'allow',
    ],
    [
      'a deny in the policy of the access point wins',
      { ...both, point: [letIn(CALLER), refuse('*', GET)] },
      CALLER,
      'no',
    ],
    ['a boundary without it caps', { ...both, callerBoundary: [allow('s3:ListBucket')] }, CALLER, 'no'],
    ['a boundary with it does not', { ...both, callerBoundary: [allow('s3:*', `${AP}/*`)] }, CALLER, 'allow'],
    [
      'a boundary that names the bucket only caps',
      { ...both, callerBoundary: [allow('s3:*', `${BUCKET}/*`)] },
      CALLER,
      'no',
    ],
    ['a guard of the account of the bucket', { ...both, guards: { rcps: { [HOME]: [deny(GET)] } } }, CALLER, 'no'],
    ['a guard of the account of the caller', { ...both, guards: { scps: { [OTHER]: [deny(GET)] } } }, CALLER, 'no'],
    [
      'the bucket shares a part, which somebody names',
      { ...both, ofBucket: [grant({ AWS: OTHER }, GET, `${BUCKET}/shared/*`)] },
      CALLER,
      'allow',
    ],
    [
      'and another part than the access point',
      {
        ...both,
        point: [grant({ AWS: CALLER }, GET, `${AP}/object/private/*`)],
        ofBucket: [grant({ AWS: OTHER }, GET, `${BUCKET}/shared/*`)],
      },
      CALLER,
      'no',
    ],
    [
      'the bucket denies all but a part',
      {
        ...both,
        ofBucket: [handedOver(HOME), { ...refuse('*', GET), Resource: undefined, NotResource: `${BUCKET}/open/*` }],
      },
      CALLER,
      'allow',
    ],
    ['everybody is let in by both', { point: [grant('*', GET)], ofBucket: [handedOver(HOME)] }, 'public:aws', 'allow'],
    ['everybody, by the access point alone', { point: [grant('*', GET)] }, 'public:aws', 'no'],
  ]);

  test('aws.md 1.12 access points, reach: a bucket in the account of the caller needs to deny nothing', () => {
    const shape: Shape = { point: [letIn(CALLER)], bucketIn: OTHER };
    expect(access(ask(world(shape)).radius(CALLER), BUCKET, 'data-read')).toBe('allow');
    const denied: Shape = { ...shape, ofBucket: [refuse('*', GET)] };
    expect(access(ask(world(denied)).radius(CALLER), BUCKET, 'data-read')).toBe('no');
  });

  test('aws.md 1.12 access points, reach: a bucket in another account than its access point must let in', () => {
    const shape: Shape = { bucketIn: OTHER, miaSays: [byPoint] };
    expect(access(ask(world(shape)).radius(MIA), BUCKET, 'data-read')).toBe('no');
    const open: Shape = { ...shape, ofBucket: [handedOver(HOME)] };
    expect(access(ask(world(open)).radius(MIA), BUCKET, 'data-read')).toBe('allow');
  });

  test('aws.md 1.12 access points: a bucket that hands over lets in nobody who names the bucket itself', () => {
    const everything: Shape = { ofBucket: [handedOver(HOME)], callerSays: [allow('*')] };
    expect(access(ask(world(everything)).radius(CALLER), BUCKET, 'data-read')).toBe('no');
  });
});

describe('by way of an access point of the own account', () => {
  const own: Shape = { miaSays: [byPoint] };
  reaches([
    ['the policy of the caller names only the access point', own, MIA, 'allow'],
    ['it names another one', { miaSays: [allow(GET, `${AP}2/object/*`)] }, MIA, 'no'],
    ['it names the access point and not what lies in it', { miaSays: [allow(GET, AP)] }, MIA, 'no'],
    ['somebody without a policy', own, BEN, 'no'],
    ['the access point names the caller, the bucket does not', { point: [letIn(BEN)] }, BEN, 'no'],
    ['the bucket hands over too', { point: [letIn(BEN)], ofBucket: [handedOver(HOME)] }, BEN, 'allow'],
    ['to others', { point: [letIn(BEN)], ofBucket: [handedOver(OTHER)] }, BEN, 'no'],
    ['to list is access as well', { miaSays: [allow('s3:ListBucket', AP)] }, MIA, 'allow', 'meta-read'],
    [
      'a deny of the bucket on lists',
      { miaSays: [allow('s3:ListBucket', AP)], ofBucket: [refuse('*', 's3:ListBucket')] },
      MIA,
      'no',
      'meta-read',
    ],
    ['which does not read', { miaSays: [allow('s3:ListBucket', AP)] }, MIA, 'no'],
    ['a deny of the bucket', { ...own, ofBucket: [refuse('*', GET)] }, MIA, 'no'],
    ['a deny of the bucket on another caller', { ...own, ofBucket: [refuse({ AWS: BEN }, GET)] }, MIA, 'allow'],
    [
      'a deny of the bucket on what comes by access points',
      { ...own, ofBucket: [refuse('*', '*', '*', { Null: { 's3:DataAccessPointArn': 'false' } })] },
      MIA,
      'no',
    ],
    [
      'a deny of the bucket on all that comes otherwise',
      { ...own, ofBucket: [refuse('*', '*', '*', { Null: { 's3:DataAccessPointArn': 'true' } })] },
      MIA,
      'allow',
    ],
    [
      'reading how the access point is set up reads nothing of the bucket',
      { miaSays: [allow('s3:GetAccessPointPolicy', AP)] },
      MIA,
      'no',
      'meta-read',
    ],
    [
      'tags of the access point are not those of the bucket',
      { miaSays: [allow('s3:TagResource', AP)] },
      MIA,
      'no',
      'control',
    ],
  ]);

  test('aws.md 1.12 access points, reach: what is done to the access point is access to it', () => {
    const { radius } = ask(world({ miaSays: [allow(['s3:GetAccessPointPolicy', 's3:DeleteAccessPoint'], AP)] }));
    expect(access(radius(MIA), AP, 'meta-read')).toBe('allow');
    expect(access(radius(MIA), AP, 'delete')).toBe('allow');
    expect(access(radius(MIA), BUCKET, 'delete')).toBe('no');
  });

  test('aws.md 2.3.5 s3:PutAccessPointPolicy: whoever may write the policy of an access point reads the bucket', () => {
    const miaSays = [allow('s3:PutAccessPointPolicy', AP)];
    const { radius } = ask(world({ miaSays, ofBucket: [handedOver(HOME)] }));
    expect(access(radius(MIA), BUCKET, 'data-read')).toBe('allow');
    const path = radius(MIA).reaches.find(({ id }) => id === BUCKET)?.path ?? [];
    expect(path.map(({ technique, via }) => [technique, via])).toEqual([['s3-put-access-point-policy', [AP]]]);
    const denied = ask(world({ miaSays, ofBucket: [handedOver(HOME), refuse('*', 's3:*')] }));
    expect(access(denied.radius(MIA), BUCKET, 'data-read')).toBe('no');
    // What only the access point gives, a bucket that does not hand over keeps.
    expect(access(ask(world({ miaSays })).radius(MIA), BUCKET, 'data-read')).toBe('no');
  });

  test('aws.md 2.3.5 s3:PutAccessPointPolicy: of one in a VPC it depends on where the request comes from', () => {
    const shape: Shape = {
      miaSays: [allow('s3:PutAccessPointPolicy', AP)],
      ofBucket: [handedOver(HOME)],
      properties: { NetworkOrigin: 'VPC' },
    };
    expect(access(ask(world(shape)).radius(MIA), BUCKET, 'data-read')).toBe('conditional');
  });
});

describe('an access point in a VPC', () => {
  const vpc: Json = { NetworkOrigin: 'VPC', VpcConfiguration: { VpcId: 'vpc-1a2b3c4d' } };
  const own: Shape = { miaSays: [byPoint, allow('s3:GetAccessPointPolicy')], properties: vpc };
  reaches([
    ['is conditional', own, MIA, 'conditional'],
    [
      'also where only the VPC is told',
      { ...own, properties: { VpcConfiguration: { VpcId: 'vpc-1a2b3c4d' } } },
      MIA,
      'conditional',
    ],
    ['also where the VPC is not told', { ...own, properties: { NetworkOrigin: 'VPC' } }, MIA, 'conditional'],
    ['but not one on the internet', { ...own, properties: { NetworkOrigin: 'Internet' } }, MIA, 'allow'],
    [
      'a bucket that hands over to those in a VPC',
      {
        point: [letIn(CALLER)],
        ofBucket: [grant('*', '*', '*', { StringEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } })],
      },
      CALLER,
      'no',
    ],
    [
      'which it is',
      {
        point: [letIn(CALLER)],
        ofBucket: [grant('*', '*', '*', { StringEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } })],
        properties: vpc,
      },
      CALLER,
      'conditional',
    ],
  ]);
  verdicts('1.12 access points, network', [
    ['a request from the VPC', world(own), [MIA, GET, OBJECT, { 'aws:SourceVpc': 'vpc-1a2b3c4d' }], 'allow'],
    ['from another one', world(own), [MIA, GET, OBJECT, { 'aws:SourceVpc': 'vpc-99' }], 'deny'],
    ['from the internet', world(own), [MIA, GET, OBJECT, { 'aws:SourceVpc': null }], 'deny'],
    ['from who knows where', world(own), [MIA, GET, OBJECT], 'conditional'],
    ['calls about the access point come from anywhere', world(own), [MIA, 's3:GetAccessPointPolicy', AP], 'allow'],
  ]);
});

describe('what is not known of an access point', () => {
  const cross: Shape = { point: [letIn(CALLER)] };
  test('aws.md 1.12 access points, reach: without its bucket in the input, access to the access point is unknown', () => {
    const { radius } = ask(world({ ...cross, properties: { Bucket: 'elsewhere' }, miaSays: [byPoint] }));
    for (const subject of [CALLER, MIA]) {
      expect(access(radius(subject), AP, 'data-read')).toBe('unknown');
      expect(access(radius(subject), BUCKET, 'data-read')).toBe('no');
    }
  });

  test('aws.md 1.12 access points, reach: and the path tells why', () => {
    const { radius } = ask(world({ ...cross, properties: { Bucket: 'elsewhere' } }));
    const [hop] = radius(CALLER).reaches.find(({ id }) => id === AP)?.path ?? [];
    const fact = 'what-it-stands-before-is-in-the-input';
    expect(hop?.evidence).toContainEqual({ kind: 'fact', fact, of: AP, certainty: 'unknown' });
  });

  test('aws.md 1.12 access points, reach: so it is where nobody tells which bucket it is', () => {
    const { radius } = ask(world({ ...cross, properties: { Bucket: undefined } }));
    expect(access(radius(CALLER), AP, 'data-read')).toBe('unknown');
  });

  test('aws.md 1.12 access points, reach: where the policy of the bucket cannot be read', () => {
    const home = world({ ...cross, miaSays: [byPoint] });
    const unread: World = {
      accounts: {
        ...home.accounts,
        [HOME]: {
          ...home.accounts[HOME],
          resources: [
            ...(home.accounts[HOME]?.resources ?? []),
            resource('AWS::S3::BucketPolicy', 'exports', { Bucket: 'exports', PolicyDocument: 'not a policy' }),
          ],
        },
      },
    };
    const { radius } = ask(unread);
    for (const subject of [CALLER, MIA]) expect(access(radius(subject), BUCKET, 'data-read')).toBe('unknown');
  });
});

describe('access points that the input does not hold', () => {
  const gaps = (shape: Shape): readonly string[] =>
    ask(world(shape))
      .graph.gapsOf(BUCKET)
      .filter(({ what }) => what === 'access points')
      .map(({ why }) => why);

  test('aws.md 1.12 access points: a bucket that hands over to those of an account without a list is a gap', () => {
    expect(gaps({ ofBucket: [handedOver('444444444444')] })).toEqual([
      'the policy lets in what comes by way of access points of account 444444444444, whose resources are not in the ' +
        'input; who that is is unknown',
    ]);
    expect(gaps({ ofBucket: [handedTo('arn:aws:s3:eu-west-1:444444444444:accesspoint/*')] })).toHaveLength(1);
    expect(
      gaps({ ofBucket: [grant('*', '*', '*', { StringLike: { 's3:DataAccessPointAccount': '*' } })] }),
    ).toHaveLength(1);
  });

  test('aws.md 1.12 access points: one that hands over to those of a listed account, or keeps some out, is none', () => {
    expect(gaps({ ofBucket: [handedOver(HOME), handedTo(AP)] })).toEqual([]);
    const others = { StringNotEquals: { 's3:DataAccessPointAccount': '444444444444' } };
    expect(gaps({ ofBucket: [refuse('*', '*', '*', others), grant({ AWS: OTHER }, GET)] })).toEqual([]);
  });
});

describe('how it is told', () => {
  const shared = world({ point: [letIn(CALLER)], ofBucket: [handedOver(HOME)] });

  test('aws.md 1.12 access points, reach: the path names the access point and the policies of both', () => {
    const reached = ask(shared)
      .radius(CALLER)
      .reaches.find(({ id }) => id === BUCKET);
    expect(reached?.certainty).toBe('allow');
    expect(reached?.path).toHaveLength(1);
    const [hop] = reached?.path ?? [];
    expect(hop).toMatchObject({
      from: CALLER,
      to: BUCKET,
      technique: 'access-data-read',
      via: [AP],
      certainty: 'allow',
    });
    const [permission, leads] = hop?.evidence ?? [];
    expect(permission).toMatchObject({
      kind: 'permission',
      action: GET,
      resource: `${AP}/object/*`,
      principal: CALLER,
    });
    const reasons = permission?.kind === 'permission' ? permission.reasons : [];
    expect(reasons.filter(({ layer }) => layer === 'resource-grant').map(({ on }) => on)).toEqual([AP, BUCKET]);
    expect(leads).toEqual({ kind: 'structure', relation: 'stands-before', from: AP, to: BUCKET, certainty: 'allow' });
  });

  test('aws.md 1.12 access points: whoever may read by way of it is told for the object of the access point', () => {
    const asked = ask(shared);
    expect(asked.whoCan(GET, OBJECT)).toMatchObject({ [CALLER]: 'allow' });
    expect(asked.whoCan(GET, OBJECT)).not.toHaveProperty(NEIGHBOUR);
    expect(asked.whoCan(GET, `${BUCKET}/file`)).not.toHaveProperty(CALLER);
    expect(asked.can(CALLER, GET, OBJECT)).toBe('allow');
  });

  test('aws.md 1.12 access points, reach: two callers alike but for a deny of the bucket are told apart', () => {
    const apart = world({
      point: [letIn(OTHER)],
      ofBucket: [handedOver(HOME), refuse({ AWS: NEIGHBOUR }, GET)],
    });
    expect(access(ask(apart).radius(CALLER), BUCKET, 'data-read')).toBe('allow');
    expect(access(ask(apart).radius(NEIGHBOUR), BUCKET, 'data-read')).toBe('no');
  });

  test('aws.md 1.12 access points, reach: and but for a tag that the bucket looks at', () => {
    const red = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
    const plain = world({ point: [letIn(OTHER)], ofBucket: [grant({ AWS: OTHER }, GET, '*', red)] });
    const users = [
      user('caller', [byPoint], { account: OTHER, tags: { team: 'red' } }),
      user('neighbour', [byPoint], { account: OTHER, tags: { team: 'blue' } }),
    ];
    const tagged: World = { accounts: { ...plain.accounts, [OTHER]: { users } } };
    expect(access(ask(tagged).radius(CALLER), BUCKET, 'data-read')).toBe('allow');
    expect(access(ask(tagged).radius(NEIGHBOUR), BUCKET, 'data-read')).toBe('no');
  });

  test('aws.md 1.12 access points: what is missing is told of the bucket where the access point lets in', () => {
    const needs = (shape: Shape): unknown => ask(world(shape)).needs(CALLER, GET, OBJECT);
    const onBucket = { need: 'resource-allow', on: BUCKET };
    const onPoint = { need: 'resource-allow', on: AP };
    expect(needs({ point: [letIn(CALLER)] })).toEqual([onBucket]);
    expect(needs({ ofBucket: [handedOver(HOME)] })).toEqual([onPoint]);
    expect(needs({})).toEqual([onPoint, onBucket]);
    expect(needs({ point: [letIn(CALLER)], callerSays: [] })).toEqual([{ need: 'identity-allow' }, onBucket]);
    // In one account a grant of one's own does for both; without it the bucket must name whom the access point does.
    const ofBen = (shape: Shape): unknown => ask(world(shape)).needs(BEN, GET, OBJECT);
    expect(ofBen({})).toEqual([{ need: 'identity-allow' }]);
    expect(ofBen({ point: [letIn(BEN)] })).toEqual([{ ...onBucket, naming: true }]);
  });

  test('aws.md 1.12 access points, reach: and but for whom the bucket lets in', () => {
    const apart = world({ point: [letIn(OTHER)], ofBucket: [grant({ AWS: CALLER }, GET)] });
    expect(access(ask(apart).radius(CALLER), BUCKET, 'data-read')).toBe('allow');
    expect(access(ask(apart).radius(NEIGHBOUR), BUCKET, 'data-read')).toBe('no');
  });
});
