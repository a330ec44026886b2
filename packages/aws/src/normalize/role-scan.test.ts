import { describe, expect, it } from 'vitest';
import { awsTechniques } from '../techniques/index.ts';
import { scanRoles } from './role-scan.ts';
import { A, arn, details, estate, role } from './testing/estate.ts';
import { WORKLOAD_TYPES } from './workload-roles.ts';

const ROLE = arn('role/service-role/worker');
const PROFILE = arn('instance-profile/web');
const found = (properties: unknown) => scanRoles(properties).roles.map(({ property, arn: id }) => `${property} ${id}`);

describe('aws.md 3.6 generic scan: properties that hold a role', () => {
  it.each([
    ['an ARN', { RoleArn: ROLE }, `RoleArn ${ROLE}`],
    ['the letters of a service API', { taskRoleArn: ROLE }, `taskRoleArn ${ROLE}`],
    ['plainly', { Role: ROLE }, `Role ${ROLE}`],
    ['in a list', { Roles: [ROLE] }, `Roles ${ROLE}`],
    ['in a list of objects', { Roles: [{ Arn: ROLE }] }, `Roles ${ROLE}`],
    ['somewhere below', { A: { B: [{ ServiceRoleARN: ROLE }] } }, `ServiceRoleARN ${ROLE}`],
    ['an instance profile', { InstanceProfile: PROFILE }, `InstanceProfile ${PROFILE}`],
    ['an instance profile as object', { IamInstanceProfile: { Arn: PROFILE } }, `IamInstanceProfile ${PROFILE}`],
  ])('%s', (_, properties, expected) => {
    expect(found(properties)).toEqual([expected]);
  });

  it.each([
    ['GeographicRole', { GeographicRole: ROLE }],
    ['AudioDashRoles', { AudioDashRoles: ['MAIN', 'DUB'] }],
    ['the role of a message', { Messages: [{ Role: 'user', Content: 'hello' }] }],
    ['a name', { RoleArn: 'worker', Role: 'worker' }],
    ['a user, a policy, a bucket', { RoleArn: arn('user/mia'), Roles: [arn('policy/x'), 'arn:aws:s3:::data'] }],
    ['a session', { RoleArn: `arn:aws:sts::${A}:assumed-role/worker/x` }],
    ['a pattern', { RoleArns: [arn('role/*')], RoleArn: arn('role/${x}') }],
    ['another property', { PolicyArn: ROLE, Arn: ROLE, Principal: { AWS: ROLE }, RoleName: ROLE }],
    ['a tag', { Tags: { Role: ROLE }, tags: [{ Key: 'RoleArn', Value: ROLE }] }],
    ['a variable of the customer', { Environment: { Variables: { RoleArn: ROLE } }, Items: { ROLE_ARN: ROLE } }],
    ['nothing', null],
  ])('not %s', (_, properties) => {
    expect(scanRoles(properties)).toEqual({ roles: [], complete: true });
  });

  it('each role is told once, by the same property whatever the order', () => {
    expect(found({ ZRoleArn: ROLE, ARoleArn: ROLE })).toEqual([`ARoleArn ${ROLE}`]);
    expect(found({ ARoleArn: ROLE, ZRoleArn: ROLE })).toEqual([`ARoleArn ${ROLE}`]);
  });

  it('is bounded, and says where it stopped', () => {
    let deep: unknown = { RoleArn: ROLE };
    for (let level = 0; level < 50_000; level += 1) deep = level % 2 === 0 ? { a: deep } : [deep];
    expect(scanRoles(deep)).toEqual({ roles: [], complete: false });
    expect(scanRoles({ Roles: Array.from({ length: 100_000 }, (_, index) => arn(`role/r${index}`)) })).toMatchObject({
      complete: false,
    });
    const cyclic: Record<string, unknown> = { RoleArn: ROLE };
    cyclic['again'] = [cyclic, cyclic, cyclic];
    expect(scanRoles(cyclic).complete).toBe(false);
    const name = 'role'.repeat(50_000);
    expect(scanRoles({ [`${name}arn`]: ROLE, [name]: { [name]: ROLE } })).toEqual({ roles: [], complete: true });
    expect(scanRoles({ RoleArn: arn(`role/${'x'.repeat(5_000)}`) }).roles).toEqual([]);
  });
});

describe('aws.md 3.6 generic scan: what becomes of it', () => {
  const ROLES = details({
    roles: [
      role('worker', { Service: 'dlm.amazonaws.com' }, { Arn: ROLE, Path: '/service-role/' }),
      role(
        'web',
        { Service: 'ec2.amazonaws.com' },
        { InstanceProfileList: [{ Arn: PROFILE, InstanceProfileName: 'web' }] },
      ),
    ],
  });
  const listed = (type: string, properties: Readonly<Record<string, unknown>>) =>
    estate({
      authorizationDetails: ROLES,
      resources: [{ TypeName: type, Identifier: 'x', Properties: properties }],
    });
  const edges = (type: string, properties: Readonly<Record<string, unknown>>) =>
    listed(type, properties)
      .edges('runs-as')
      .filter((edge) => !edge.startsWith(`runs-as ${PROFILE}`));

  it('a resource of a type without a row may run as the role', () => {
    const id = `AWS::DLM::LifecyclePolicy:${A}:x`;
    expect(edges('AWS::DLM::LifecyclePolicy', { ExecutionRoleArn: ROLE })).toEqual([
      `runs-as ${id} -> ${ROLE} (unknown)`,
    ]);
    expect(edges('AWS::Unheard::Of', { InstanceProfileArn: PROFILE })).toEqual([
      `runs-as AWS::Unheard::Of:${A}:x -> ${arn('role/web')} (unknown)`,
    ]);
  });

  it('not one of a type with a row, or whose role is its service’s own', () => {
    expect(edges('AWS::ECS::TaskDefinition', { ExecutionRoleArn: ROLE })).toEqual([]);
    expect(edges('AWS::EKS::Cluster', { RoleArn: ROLE })).toEqual([]);
  });

  it('a role that the account is known not to have is a gap', () => {
    const graph = listed('AWS::DLM::LifecyclePolicy', { ExecutionRoleArn: arn('role/gone') });
    expect(graph.gaps('role').map(({ why }) => why)).toEqual([
      `the role in \`ExecutionRoleArn\`, \`${arn('role/gone')}\`, is not in the input`,
    ]);
    const large = Array.from({ length: 30_000 }, () => 'x');
    expect(listed('AWS::DLM::LifecyclePolicy', { Items: large }).gaps('role')).toHaveLength(1);
  });

  it('no technique acts on such a type, so that nothing follows but the relation itself', () => {
    const known = new Set<string>(WORKLOAD_TYPES.map(({ type }) => type));
    const runtimes = awsTechniques.techniques.filter(({ yields }) => yields === 'become-runtime');
    for (const { target } of runtimes) {
      if (target.kind !== 'resource') continue;
      expect(target.types.filter((type) => !known.has(type))).toEqual([]);
    }
  });
});
