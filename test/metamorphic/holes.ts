import fc from 'fast-check';
import type { RawStatement } from '../oracle/naive-decision.ts';
import { holders } from './additions.ts';
import { type DocumentKind, documentAt, documentPlaces, type Estate, putDocument, statementsOf } from './estate.ts';
import { accountBlockType } from './random-estate.ts';
import { lenientOrganization, noOrganization } from './random-organization.ts';
import { requestCondition } from './random-statements.ts';
import { at, listAt, type Path, put } from './tree.ts';

/** Which of the places that will take a hole gets it, and what the answer depends on there. */
export interface HoleChoice {
  readonly where: number;
  readonly condition: NonNullable<RawStatement['Condition']>;
}

/** Chooses a hole. */
export const holeChoice: fc.Arbitrary<HoleChoice> = fc.record({
  where: fc.nat({ max: 1000 }),
  condition: requestCondition,
});

/** An estate with a hole, and the same estate with that hole filled, in one or two ways. */
export interface Holed {
  readonly open: Estate;
  readonly filled: readonly Estate[];
}

/** Makes a hole; undefined where the estate has no place for it. */
export type Hole = (estate: Estate, choice: HoleChoice) => Holed | undefined;

const pick = <T>(list: readonly T[], { where }: HoleChoice): T | undefined => list[where % list.length];

/** A hole that `open` makes at one of some places. */
const hole =
  (places: (estate: Estate) => readonly Path[], open: (estate: Estate, path: Path) => Estate): Hole =>
  (estate, choice) => {
    const path = pick(places(estate), choice);
    return path === undefined ? undefined : { open: open(estate, path), filled: [estate] };
  };

const readable = (estate: Estate, ...kinds: readonly DocumentKind[]): readonly Path[] =>
  documentPlaces(estate)
    .filter(({ path, kind }) => kinds.includes(kind) && documentAt(estate, path) !== undefined)
    .map(({ path }) => path);

const unreadableText = '{"Version":"2012-10-17","Statement":[';
const unreadable = (estate: Estate, path: Path): Estate => put(estate, path, unreadableText);
const takenAway = (estate: Estate, path: Path): Estate => put(estate, path, undefined);

/** Elements of lists in the authorization details of every account. */
const details =
  (list: string) =>
  (estate: Estate): readonly Path[] =>
    holders(estate, list);

const inDetails =
  (lists: readonly string[], ...keys: readonly string[]) =>
  (estate: Estate): readonly Path[] =>
    holders(estate, ...lists).flatMap((path) =>
      keys.map((key) => [...path, key]).filter((place) => at(estate, place) !== undefined),
    );

const file =
  (name: string) =>
  (estate: Estate): readonly Path[] =>
    Object.keys(estate.accounts)
      .map((id) => ['accounts', id, name])
      .filter((path) => at(estate, path) !== undefined);

/**
 * Whether the roles of all listed functions plainly let the service in. A function whose role does not is stale, and would
 * not be thought of where functions are not listed.
 */
function rolesTrustLambda(estate: Estate, path: Path): boolean {
  const roles = listAt(estate, path).map((one) => at(one, ['Properties', 'Role']));
  return holders(estate, 'RoleDetailList')
    .filter((role) => roles.includes(at(estate, [...role, 'Arn'])))
    .every((role) =>
      JSON.stringify(at(estate, [...role, 'AssumeRolePolicyDocument'])).includes('lambda.amazonaws.com'),
    );
}

/**
 * Whether no bucket lets anybody in by its own policy. Where buckets are not listed nobody is thought to be let in so, and
 * what a workload reads from one (aws.md 2.3.3) is then only theirs to write who hold a grant.
 */
function bucketsLetNobodyIn(estate: Estate, path: Path): boolean {
  return listAt(estate, path)
    .filter((one) => at(one, ['TypeName']) === 'AWS::S3::BucketPolicy')
    .every((one) => !JSON.stringify(at(one, ['Properties', 'PolicyDocument']) ?? null).includes('"Allow"'));
}

/** Groups that some user is in: of others nothing is left where they are not listed, and lists are taken to be whole. */
function groupsOfSomebody(estate: Estate): readonly Path[] {
  const users = holders(estate, 'UserDetailList');
  return holders(estate, 'GroupDetailList').filter((group) => {
    const name = at(estate, [...group, 'GroupName']);
    return users.some((user) => user[1] === group[1] && listAt(estate, [...user, 'GroupList']).includes(name));
  });
}

const people = ['UserDetailList', 'RoleDetailList'];

/** A condition that only the request decides on one statement: at best it holds, at worst the statement says nothing. */
const undecidedStatement: Hole = (estate, choice) => {
  const path = pick(readable(estate, 'identity', 'trust', 'bucket', 'key', 'scp', 'rcp'), choice);
  if (path === undefined) return undefined;
  const document = documentAt(estate, path)!;
  const statements = statementsOf(document);
  const place = choice.where % statements.length;
  const { Condition: _, ...bare } = statements[place]!;
  const others = statements.filter((__, index) => index !== place);
  const withStatement = (one: RawStatement): Estate =>
    putDocument(estate, path, { ...document, Statement: [...others, one] });
  return {
    open: withStatement({ ...bare, Condition: choice.condition }),
    // A policy without statements is not one; a Deny of nothing says nothing.
    filled: [withStatement(bare), withStatement({ ...bare, Condition: never })],
  };
};

/** Holds for no request. */
const never: NonNullable<RawStatement['Condition']> = { StringEquals: { 'aws:PrincipalAccount': '000000000000' } };

/**
 * No organization.json, and two that could have been it. One with SCPs that deny is left out: guardrails nobody told of
 * are a gap, and do not make every answer unknown (aws.md 1.1).
 */
const noOrganizationFile: Hole = (estate) => {
  const withOrganization = (organization: unknown): Estate => put(estate, ['organization'], organization);
  return {
    open: withOrganization(undefined),
    filled: [withOrganization(noOrganization), withOrganization(lenientOrganization(Object.keys(estate.accounts)))],
  };
};

/** Nothing told of what S3 blocks in an account, which may be nothing or whatever is public. */
const noAccountBlock: Hole = (estate, choice) => {
  const places = Object.keys(estate.accounts).flatMap((id) => {
    const path = ['accounts', id, 'resources'];
    return listAt(estate, path).some((one) => at(one, ['TypeName']) === accountBlockType) ? [path] : [];
  });
  const path = pick(places, choice);
  if (path === undefined) return undefined;
  const others = listAt(estate, path).filter((one) => at(one, ['TypeName']) !== accountBlockType);
  const blocks = (Properties: Readonly<Record<string, boolean>>): Estate =>
    put(estate, path, [...others, { TypeName: accountBlockType, Identifier: 'account', Properties }]);
  return {
    open: put(estate, path, others),
    filled: [blocks({}), blocks({ IgnorePublicAcls: true, RestrictPublicBuckets: true })],
  };
};

/** Holes of data: a text, a list or a file that could not be read, and the same estate with it. */
export const dataHoles: Readonly<Record<string, Hole>> = {
  'an unreadable identity policy': hole((estate) => readable(estate, 'identity'), unreadable),
  'an unreadable trust policy': hole((estate) => readable(estate, 'trust'), unreadable),
  'an unreadable resource policy': hole((estate) => readable(estate, 'bucket', 'key'), unreadable),
  'an unreadable SCP or RCP': hole((estate) => readable(estate, 'scp', 'rcp'), unreadable),
  'a trust or key policy that is not there': hole((estate) => readable(estate, 'trust', 'key'), takenAway),
  'a managed policy that is not listed': hole(details('Policies'), takenAway),
  'a group that is not listed': hole(groupsOfSomebody, takenAway),
  'inline policies that cannot be read': hole(inDetails(people, 'UserPolicyList', 'RolePolicyList'), unreadable),
  'attached policies that cannot be read': hole(
    inDetails([...people, 'GroupDetailList'], 'AttachedManagedPolicies'),
    unreadable,
  ),
  'groups of a user that cannot be read': hole(inDetails(people, 'GroupList'), unreadable),
  'a boundary that cannot be read': hole(inDetails(people, 'PermissionsBoundary'), unreadable),
  'tags of an identity that cannot be read': hole(inDetails(people, 'Tags'), unreadable),
  'versions of a policy that cannot be read': hole(inDetails(['Policies'], 'PolicyVersionList'), unreadable),
  'a unique id that is not there': hole(inDetails(people, 'UserId', 'RoleId'), takenAway),
  'tags of a resource that are not there': hole(
    (estate) =>
      Object.keys(estate.accounts).flatMap((id) =>
        listAt(estate, ['accounts', id, 'resources'])
          .map((_, index) => ['accounts', id, 'resources', index, 'Properties', 'Tags'])
          .filter((path) => at(estate, path) !== undefined),
      ),
    takenAway,
  ),
  'no public access block of an account': noAccountBlock,
  'no organization file': noOrganizationFile,
  'no list of access keys': hole(file('accessKeys'), takenAway),
  'no list of login profiles': hole(file('loginProfiles'), takenAway),
  'no list of MFA devices': hole(file('mfaDevices'), takenAway),
  'no list of resources': hole(
    (estate) =>
      file('resources')(estate).filter((path) => rolesTrustLambda(estate, path) && bucketsLetNobodyIn(estate, path)),
    takenAway,
  ),
};
/** Holes that only a request can fill. */
export const requestHoles: Readonly<Record<string, Hole>> = {
  'a condition on the request': undecidedStatement,
};
