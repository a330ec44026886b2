import fc from 'fast-check';
import type { RawDocument, RawStatement } from '../oracle/naive-decision.ts';
import { type DocumentKind, documentAt, documentPlaces, type Estate, putDocument, statementsOf } from './estate.ts';
import { boundaryOf, managedPolicy } from './random-estate.ts';
import { organizationPolicy, rcpType, scpType } from './random-organization.ts';
import { randomDocument, randomStatement } from './random-statements.ts';
import { append, at, listAt, type Path, put } from './tree.ts';

/** What to add, and where among the places that will take it. */
export interface Addition {
  readonly where: number;
  readonly statements: Readonly<Record<DocumentKind, RawStatement>>;
  readonly document: RawDocument;
}

/** Random statements of one effect. */
export function randomAddition(effect: 'Allow' | 'Deny'): fc.Arbitrary<Addition> {
  return fc.record({
    where: fc.nat({ max: 1000 }),
    statements: fc.record({
      identity: randomStatement('identity', effect),
      trust: randomStatement('trust', effect),
      bucket: randomStatement('bucket', effect),
      key: randomStatement('key', effect),
      scp: randomStatement('scp', effect),
      rcp: randomStatement('rcp', 'Deny'),
    }),
    document: randomDocument('identity', 2),
  });
}

/** The same names said of an action that nothing asks for. */
export function saidOfNothing(addition: Addition): Addition {
  const statements = Object.entries(addition.statements).map(([kind, { NotAction: _, ...statement }]) => [
    kind,
    { ...statement, Action: 'keyreach:Nothing' },
  ]);
  return { ...addition, statements: Object.fromEntries(statements) as Addition['statements'] };
}

/** A change of an estate; the same estate where there is nothing to change. */
export type Change = (estate: Estate, addition: Addition) => Estate;

const pick = <T>(list: readonly T[], { where }: Addition): T | undefined => list[where % list.length];

const oneStatement = (statement: RawStatement): RawDocument => ({ Version: '2012-10-17', Statement: [statement] });

/** Users, roles and groups of the estate, by place. */
export function holders(estate: Estate, ...lists: readonly string[]): readonly Path[] {
  return Object.keys(estate.accounts).flatMap((id) =>
    lists.flatMap((list) => {
      const path = ['accounts', id, 'authorizationDetails', list];
      return listAt(estate, path).map((_, index) => [...path, index]);
    }),
  );
}

const inlineLists: Readonly<Record<string, string>> = {
  UserDetailList: 'UserPolicyList',
  RoleDetailList: 'RolePolicyList',
  GroupDetailList: 'GroupPolicyList',
};

/** A new inline policy with the statement in a user, role or group. */
const inNewInlinePolicy: Change = (estate, addition) => {
  const path = pick(holders(estate, ...Object.keys(inlineLists)), addition);
  if (path === undefined) return estate;
  return append(estate, [...path, inlineLists[String(path.at(-2))]!], {
    PolicyName: 'added',
    PolicyDocument: oneStatement(addition.statements.identity),
  });
};

/** The statement at the end of a readable document of a kind. */
const inDocument =
  (kind: DocumentKind): Change =>
  (estate, addition) => {
    const places = documentPlaces(estate).filter(
      (place) =>
        place.kind === kind && documentAt(estate, place.path) !== undefined && !isFullAccess(estate, place.path),
    );
    const place = pick(places, addition);
    if (place === undefined) return estate;
    const document = documentAt(estate, place.path)!;
    return putDocument(estate, place.path, {
      ...document,
      Statement: [...statementsOf(document), addition.statements[kind]],
    });
  };

/** AWS's own policies of an organization cannot be written. */
function isFullAccess(estate: Estate, path: Path): boolean {
  return String(at(estate, [...path.slice(0, -1), 'Id'])).endsWith('FullAWSAccess');
}

/** The statement in a bucket policy of its own: the first where the bucket had none. */
const inNewBucketPolicy: Change = (estate, addition) => {
  const buckets = Object.keys(estate.accounts).flatMap((id) =>
    listAt(estate, ['accounts', id, 'resources'])
      .filter((one) => at(one, ['TypeName']) === 'AWS::S3::Bucket')
      .map((one) => [id, String(at(one, ['Identifier']))] as const),
  );
  const found = pick(buckets, addition);
  if (found === undefined) return estate;
  const [id, Bucket] = found;
  return append(estate, ['accounts', id, 'resources'], {
    TypeName: 'AWS::S3::BucketPolicy',
    Identifier: `${Bucket}-added`,
    Properties: { Bucket, PolicyDocument: oneStatement(addition.statements.bucket) },
  });
};

/** A new policy of the organization on one of its levels. */
const onLevel =
  (type: string, statement: (addition: Addition) => RawStatement): Change =>
  (estate, addition) => {
    const levels = organizationLevels(estate);
    const level = pick(levels, addition);
    if (level === undefined) return estate;
    const policy = organizationPolicy('p-added', type, oneStatement(statement(addition)));
    return append(append(estate, ['organization', 'Policies'], policy), ['organization', 'PolicyAttachments'], {
      PolicyId: 'p-added',
      TargetIds: [level],
    });
  };

function organizationLevels(estate: Estate): readonly string[] {
  return ['Roots', 'OrganizationalUnits', 'Accounts'].flatMap((list) =>
    listAt(estate, ['organization', list]).map((one) => String(at(one, ['Id']))),
  );
}

/** Full access on one level replaced by whatever the document says, beside other policies there. */
const insteadOfFullAccess: Change = (estate, addition) => {
  const path = ['organization', 'PolicyAttachments', 0, 'TargetIds'];
  const level = pick(listAt(estate, path), addition);
  if (level === undefined) return estate;
  const policy = organizationPolicy('p-added', scpType, addition.document);
  const without = put(
    estate,
    path,
    listAt(estate, path).filter((one) => one !== level),
  );
  return append(append(without, ['organization', 'Policies'], policy), ['organization', 'PolicyAttachments'], {
    PolicyId: 'p-added',
    TargetIds: [level],
  });
};

/** A boundary on a user or role that had none. */
const aBoundary: Change = (estate, addition) => {
  const unbounded = holders(estate, 'UserDetailList', 'RoleDetailList').filter(
    (path) => at(estate, [...path, 'PermissionsBoundary']) === undefined,
  );
  const path = pick(unbounded, addition);
  if (path === undefined) return estate;
  const id = String(path[1]);
  return append(
    put(estate, [...path, 'PermissionsBoundary'], boundaryOf(id, 'added')),
    ['accounts', id, 'authorizationDetails', 'Policies'],
    managedPolicy(id, 'added', addition.document),
  );
};

/**
 * Changes that may only add to what anybody reaches, made with Allow statements. An SCP allows what it names beside what
 * the level allows already.
 */
export const enlargements: Readonly<Record<string, Change>> = {
  'Allow in a new inline policy': inNewInlinePolicy,
  'Allow in an identity policy': inDocument('identity'),
  'Allow in a trust policy': inDocument('trust'),
  'Allow in a bucket policy': inDocument('bucket'),
  'Allow in a new bucket policy': inNewBucketPolicy,
  'Allow in a key policy': inDocument('key'),
  'Allow in an SCP': inDocument('scp'),
  'Allow in a new SCP': onLevel(scpType, ({ statements }) => statements.scp),
};

/**
 * Changes that may only take away, made with Deny statements. A new SCP that allows is none of them: SCPs of one level
 * are a union (aws.md 1.2).
 */
export const restrictions: Readonly<Record<string, Change>> = {
  'Deny in a new inline policy': inNewInlinePolicy,
  'Deny in an identity policy': inDocument('identity'),
  'Deny in a trust policy': inDocument('trust'),
  'Deny in a bucket policy': inDocument('bucket'),
  'Deny in a new bucket policy': inNewBucketPolicy,
  'Deny in a key policy': inDocument('key'),
  'Deny in an SCP': inDocument('scp'),
  'Deny in a new SCP': onLevel(scpType, ({ statements }) => statements.scp),
  'Deny in an RCP': inDocument('rcp'),
  'Deny in a new RCP': onLevel(rcpType, ({ statements }) => statements.rcp),
  'an SCP instead of full access': insteadOfFullAccess,
  'a boundary': aBoundary,
};
