import type { RawDocument, RawStatement } from '../oracle/naive-decision.ts';
import { documentPlaces, type Estate, statementsOf, withDocuments } from './estate.ts';
import { organizationPolicy } from './random-organization.ts';
import { at, isBranch, listAt, put, rewrite } from './tree.ts';

type Texts = string | readonly string[];

const asList = (texts: Texts): readonly string[] => (typeof texts === 'string' ? [texts] : texts);

const eachStatement =
  (change: (statement: RawStatement, index: number) => readonly RawStatement[]) =>
  (document: RawDocument): RawDocument => ({ ...document, Statement: statementsOf(document).flatMap(change) });

const swapCase = (text: string): string =>
  [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join('');

/** The element of a statement that holds a list, if it does; every part of the list then says the same on its own. */
function splitBy(statement: RawStatement, element: 'Action' | 'Resource'): readonly RawStatement[] {
  const texts = statement[element];
  return texts === undefined ? [statement] : asList(texts).map((text) => ({ ...statement, [element]: text }));
}

function splitPrincipals(statement: RawStatement): readonly RawStatement[] {
  const { Principal } = statement;
  const named = isBranch(Principal) ? Principal['AWS'] : undefined;
  if (named === undefined) return [statement];
  return asList(named as Texts).map((AWS) => ({ ...statement, Principal: { ...(Principal as object), AWS } }));
}

const accountForms = (text: string): string => {
  const account = /^(?:arn:aws:iam::)?(\d{12})(:root)?$/.exec(text);
  if (account === null) return text;
  return account[2] === undefined ? `arn:aws:iam::${account[1]}:root` : account[1]!;
};

function otherAccountForms(statement: RawStatement): RawStatement {
  const { Principal } = statement;
  const named = isBranch(Principal) ? Principal['AWS'] : undefined;
  if (named === undefined) return statement;
  const AWS = asList(named as Texts).map(accountForms);
  return { ...statement, Principal: { ...(Principal as object), AWS } };
}

/** Names of condition keys are written in any case, those of tags within them too (aws.md 1.11). */
function recasedKeys({ Condition, ...statement }: RawStatement): RawStatement {
  if (Condition === undefined) return statement;
  const operators = Object.entries(Condition).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys).map(([key, values]) => [swapCase(key), values])),
  ]);
  return { ...statement, Condition: Object.fromEntries(operators) };
}

const listForms = (statement: RawStatement): RawStatement =>
  rewrite(statement, (value, path) => {
    const last = String(path.at(-1));
    const inCondition = path[0] === 'Condition' && path.length === 3;
    const takes = inCondition || /^(Not)?(Action|Resource)$|^AWS$|^Service$/.test(last);
    if (!takes) return value;
    if (typeof value === 'string') return [value];
    return Array.isArray(value) && value.length === 1 ? value[0] : value;
  }) as RawStatement;

const inlineLists = ['UserPolicyList', 'RolePolicyList', 'GroupPolicyList'];

/** The estate with every list of inline policies changed. */
function withInline(estate: Estate, change: (policies: readonly unknown[]) => readonly unknown[]): Estate {
  return rewrite(estate, (value, path) =>
    Array.isArray(value) && inlineLists.includes(String(path.at(-1))) ? change(value) : value,
  ) as Estate;
}

const named = (PolicyName: string, PolicyDocument: unknown): unknown => ({ PolicyName, PolicyDocument });

function splitInline(policies: readonly unknown[]): readonly unknown[] {
  return policies.flatMap((policy, at_) => {
    const document = at(policy, ['PolicyDocument']);
    if (!isBranch(document)) return [policy];
    return statementsOf(document as unknown as RawDocument).map((one, index) =>
      named(`part-${at_}-${index}`, { ...document, Statement: [one] }),
    );
  });
}

/** Documents of one version, whose statements may stand in one policy. */
function mergeInline(policies: readonly unknown[]): readonly unknown[] {
  const merged = new Map<string, RawStatement[]>();
  const kept: unknown[] = [];
  for (const policy of policies) {
    const document = at(policy, ['PolicyDocument']);
    if (!isBranch(document)) kept.push(policy);
    else {
      const version = String(document['Version']);
      merged.set(version, [...(merged.get(version) ?? []), ...statementsOf(document as unknown as RawDocument)]);
    }
  }
  return [...kept, ...[...merged].map(([Version, Statement]) => named(`merged-${Version}`, { Version, Statement }))];
}

function splitBucketPolicies(estate: Estate): Estate {
  let changed = estate;
  for (const id of Object.keys(estate.accounts)) {
    const path = ['accounts', id, 'resources'];
    if (at(estate, path) === undefined) continue;
    const resources = listAt(estate, path).flatMap((one) => {
      const document = at(one, ['Properties', 'PolicyDocument']);
      if (!isBranch(document)) return [one];
      return statementsOf(document as unknown as RawDocument).map((statement, index) =>
        put(
          put(one, ['Properties', 'PolicyDocument'], { ...document, Statement: statement }),
          ['Identifier'],
          `${String(at(one, ['Identifier']))}-${index}`,
        ),
      );
    });
    changed = put(changed, path, resources);
  }
  return changed;
}

/** Every SCP and RCP in as many policies as it has statements, on the levels it was on. */
function splitOrganizationPolicies(estate: Estate): Estate {
  const policies = listAt(estate, ['organization', 'Policies']);
  if (policies.length === 0) return estate;
  const parts = new Map<string, readonly string[]>();
  const pieces = policies.flatMap((policy) => {
    const id = String(at(policy, ['Id']));
    const content = at(policy, ['Content']);
    if (id.endsWith('FullAWSAccess') || typeof content !== 'string') return [policy];
    const document = JSON.parse(content) as RawDocument;
    const split = statementsOf(document).map((one, index) =>
      organizationPolicy(`${id}-${index}`, String(at(policy, ['Type'])), { ...document, Statement: one }),
    );
    parts.set(
      id,
      split.map((one) => String(one['Id'])),
    );
    return split;
  });
  const attachments = listAt(estate, ['organization', 'PolicyAttachments']).flatMap((one) =>
    (parts.get(String(at(one, ['PolicyId']))) ?? [String(at(one, ['PolicyId']))]).map((PolicyId) => ({
      PolicyId,
      TargetIds: at(one, ['TargetIds']),
    })),
  );
  return put(put(estate, ['organization', 'Policies'], pieces), ['organization', 'PolicyAttachments'], attachments);
}

/** Documents as the API gives them: text, URL-encoded (RFC 3986); `Content` of the organization stays plain text. */
function asText(estate: Estate, encode: (text: string) => string): Estate {
  let changed = estate;
  for (const { path } of documentPlaces(estate)) {
    const document = at(estate, path);
    if (isBranch(document)) changed = put(changed, path, encode(JSON.stringify(document)));
  }
  return changed;
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Ways to write the same estate otherwise: what anybody reaches must stay the same. */
export const rewritings: Readonly<Record<string, (estate: Estate) => Estate>> = {
  'statements in the opposite order': (estate) =>
    withDocuments(estate, (document) => ({ ...document, Statement: [...statementsOf(document)].reverse() })),
  'other Sids': (estate) =>
    withDocuments(
      estate,
      eachStatement((one, index) => [{ Sid: `Renamed${index}`, ...one }]),
    ),
  'every statement twice': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => [one, one]),
    ),
  'actions in the opposite case': (estate) =>
    withDocuments(
      estate,
      eachStatement(({ Action, NotAction, ...rest }) => [
        {
          ...rest,
          ...(Action === undefined ? {} : { Action: asList(Action).map(swapCase) }),
          ...(NotAction === undefined ? {} : { NotAction: asList(NotAction).map(swapCase) }),
        },
      ]),
    ),
  'condition keys in the opposite case': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => [recasedKeys(one)]),
    ),
  'a statement for each action': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => splitBy(one, 'Action')),
    ),
  'a statement for each resource': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => splitBy(one, 'Resource')),
    ),
  'a statement for each principal': (estate) => withDocuments(estate, eachStatement(splitPrincipals)),
  'accounts by id instead of ARN, and the other way': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => [otherAccountForms(one)]),
    ),
  'lists of one instead of texts, and the other way': (estate) =>
    withDocuments(
      estate,
      eachStatement((one) => [listForms(one)]),
    ),
  'an inline policy for each statement': (estate) => withInline(estate, splitInline),
  'all inline policies in one': (estate) => withInline(estate, mergeInline),
  'a bucket policy for each statement': splitBucketPolicies,
  'an SCP for each statement': splitOrganizationPolicies,
  'documents as JSON text': (estate) => asText(estate, (text) => text),
  'documents as URL-encoded text': (estate) => asText(estate, encoded),
};

/** The same estate with every list and every object whose order means nothing in the opposite order. */
export function reversed(estate: Estate): Estate {
  const documents = new Set(documentPlaces(estate).map(({ path }) => path.join('/')));
  return rewrite(estate, (value, path) => {
    if (isBranch(value)) return Object.fromEntries(Object.entries(value).reverse());
    // Statements are cited by their place, so their order is part of the input.
    const inDocument = path.some((_, length) => documents.has(path.slice(0, length).join('/')));
    return Array.isArray(value) && !inDocument ? [...value].reverse() : value;
  }) as Estate;
}

/** The same estate with every such list begun elsewhere. */
export function rotated(estate: Estate, by: number): Estate {
  const documents = new Set(documentPlaces(estate).map(({ path }) => path.join('/')));
  return rewrite(estate, (value, path) => {
    const inDocument = path.some((_, length) => documents.has(path.slice(0, length).join('/')));
    if (!Array.isArray(value) || inDocument) return value;
    const start = value.length === 0 ? 0 : by % value.length;
    return [...value.slice(start), ...value.slice(0, start)];
  }) as Estate;
}
