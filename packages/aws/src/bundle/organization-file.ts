import type { Gap } from '@keyreach/core/graph';
import type { FileProblems } from '@keyreach/core/input';
import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';
import { isAccountId, parseArn } from './arn.ts';
import { type Tags, tagsOf } from './tags.ts';

/** A root with the policy types enabled on it; undefined where the input does not say. */
export interface OrganizationRoot {
  readonly Id: string;
  readonly Arn: string;
  readonly Name: string;
  readonly enabledTypes: ReadonlySet<string> | undefined;
}

/** An organizational unit. */
export interface OrganizationalUnit {
  readonly Id: string;
  readonly Arn: string;
  readonly Name: string;
  readonly ParentId?: string;
}

/** An account of the organization. */
export interface OrganizationAccount {
  readonly Id: string;
  readonly Arn: string;
  readonly Name: string;
  readonly Status?: string;
  readonly ParentId?: string;
  readonly Tags: Tags | undefined;
}

/** An SCP or RCP. `Content` is absent where only the list was read. */
export interface OrganizationPolicy {
  readonly Id: string;
  readonly Arn: string;
  readonly Name: string;
  readonly Type: string;
  readonly Content: unknown;
}

/** Where a policy is attached: ids of roots, units and accounts. */
export interface PolicyAttachment {
  readonly PolicyId: string;
  readonly TargetIds: Listed<string>;
}

/** An account to which the organization has handed the administration of services. */
export interface DelegatedAdministrator {
  readonly Id: string;
  /** Service principals, e.g. `sso.amazonaws.com`. */
  readonly services: Listed<string>;
}

/** What is switched on in an organization beside its policies. Undefined: nobody asked. */
export interface OrganizationFeatures {
  /** Features of centralised root access, e.g. `RootSessions` (ListOrganizationsFeatures). */
  readonly rootFeatures: readonly string[] | undefined;
  /** Service principals with trusted access (ListAWSServiceAccessForOrganization). */
  readonly trustedServices: readonly string[] | undefined;
  /** Accounts that administer services for the organization (ListDelegatedAdministrators, ListDelegatedServicesForAccount). */
  readonly delegatedAdministrators: Listed<DelegatedAdministrator> | undefined;
  /** The resource policy by which the organization delegates calls of its own API; null: there is none. */
  readonly resourcePolicy: unknown;
}

/** organization.json. */
export interface OrganizationInput {
  readonly Id: string;
  readonly Arn: string;
  readonly managementAccountId?: string;
  readonly roots: Listed<OrganizationRoot>;
  readonly units: Listed<OrganizationalUnit>;
  readonly accounts: Listed<OrganizationAccount>;
  readonly policies: Listed<OrganizationPolicy>;
  readonly attachments: Listed<PolicyAttachment>;
  readonly features: OrganizationFeatures;
}

/** What organization.json told, with a gap for each problem in it. */
export interface OrganizationFile {
  readonly organizations: readonly OrganizationInput[];
  /** `"Organization": null`: the accounts of the bundle belong to no organization. */
  readonly standalone: boolean;
  readonly gaps: readonly Gap[];
}

/** Reads the parsed organization.json; `problems` may have some already. */
export function organizationFile(raw: unknown, problems: FileProblems): OrganizationFile {
  const standalone = isRecord(raw) && raw['Organization'] === null;
  const organization = standalone ? undefined : readOrganization(raw, problems.report);
  return {
    organizations: organization === undefined ? [] : [organization],
    standalone,
    gaps: problems.gaps(organization?.Arn ?? problems.file),
  };
}

/** Reads organization.json (bundles.md, AWS). A list that is missing is unknown, after a report. */
export function readOrganization(raw: unknown, report: Report): OrganizationInput | undefined {
  if (!isRecord(raw)) {
    report('', 'an object');
    return undefined;
  }
  const organization = raw['Organization'];
  if (!isRecord(organization)) {
    report('Organization', 'an object, or null for accounts in no organization');
    return undefined;
  }
  const Id = requiredString(organization, 'Id', 'Organization', report);
  const Arn = requiredArn(organization, 'Organization', report);
  if (Id === undefined || Arn === undefined) return undefined;
  const management =
    optionalString(organization, 'MasterAccountId', 'Organization', report) ??
    optionalString(organization, 'ManagementAccountId', 'Organization', report) ??
    parseArn(Arn)?.account;
  if (management === undefined || !isAccountId(management)) report('Organization.MasterAccountId', 'an account id');
  const listed = <T>(
    key: string,
    read: (element: RawRecord, where: string, report: Report) => T | undefined,
  ): Listed<T> => {
    if (raw[key] !== undefined) return readList(raw[key], key, report, read);
    report(key, 'a list, empty if there are none');
    return UNKNOWN_LIST;
  };
  return {
    Id,
    Arn,
    ...(management !== undefined && isAccountId(management) ? { managementAccountId: management } : {}),
    roots: listed('Roots', readRoot),
    units: listed('OrganizationalUnits', readUnit),
    accounts: listed('Accounts', readAccount),
    policies: listed('Policies', readPolicy),
    attachments: listed('PolicyAttachments', readAttachment),
    features: readFeatures(raw, report),
  };
}

/**
 * Features of an organization, each as the API gives it and each optional (aws.md 3.1): `EnabledFeatures` (or
 * `RootFeatures`), `AWSServiceAccess` (or `EnabledServicePrincipals`), `DelegatedAdministrators` with the
 * `DelegatedServices` (or `ServicePrincipals`) of each, `ResourcePolicy`.
 */
function readFeatures(raw: RawRecord, report: Report): OrganizationFeatures {
  const root = isRecord(raw['RootFeatures']) ? raw['RootFeatures'] : raw;
  const rootKey = Array.isArray(raw['RootFeatures']) ? 'RootFeatures' : 'EnabledFeatures';
  const access = 'AWSServiceAccess' in raw ? 'AWSServiceAccess' : 'EnabledServicePrincipals';
  const delegated = raw['DelegatedAdministrators'];
  const policy = raw['ResourcePolicy'];
  return {
    rootFeatures: names(root, rootKey, 'FeatureName', '', report),
    trustedServices: names(raw, access, 'ServicePrincipal', '', report),
    delegatedAdministrators:
      delegated === undefined || delegated === null
        ? undefined
        : readList(delegated, 'DelegatedAdministrators', report, readDelegatedAdministrator),
    resourcePolicy: isRecord(policy) && 'Content' in policy ? policy['Content'] : policy,
  };
}

function readDelegatedAdministrator(raw: RawRecord, where: string, report: Report): DelegatedAdministrator | undefined {
  const { Id } = raw;
  if (typeof Id !== 'string' || !isAccountId(Id)) {
    report(`${where}.Id`, 'an account id');
    return undefined;
  }
  const key = 'DelegatedServices' in raw ? 'DelegatedServices' : 'ServicePrincipals';
  const services = names(raw, key, 'ServicePrincipal', where, report);
  return { Id, services: services === undefined ? UNKNOWN_LIST : { items: services, complete: true } };
}

/** A list of names, each a string or an object that has it as a property; undefined where it is not there or not readable. */
function names(
  raw: RawRecord,
  key: string,
  property: string,
  where: string,
  report: Report,
): readonly string[] | undefined {
  const list = raw[key];
  if (list === undefined || list === null) return undefined;
  const found = (Array.isArray(list) ? (list as readonly unknown[]) : [undefined]).map((item) =>
    isRecord(item) ? item[property] : item,
  );
  if (found.every((name): name is string => typeof name === 'string' && /^[\w.-]{1,128}$/.test(name))) {
    return [...new Set(found)].sort();
  }
  report(where === '' ? key : `${where}.${key}`, 'a list of names');
  return undefined;
}

function readRoot(raw: RawRecord, where: string, report: Report): OrganizationRoot | undefined {
  const named = readNamed(raw, where, report);
  if (named === undefined) return undefined;
  const types = raw['PolicyTypes'];
  if (types === undefined || types === null) return { ...named, enabledTypes: undefined };
  const read = readList(types, `${where}.PolicyTypes`, report, (type, place) => {
    const Type = requiredString(type, 'Type', place, report);
    return Type === undefined ? undefined : { Type, enabled: type['Status'] === 'ENABLED' };
  });
  const enabled = read.items.filter((type) => type.enabled).map(({ Type }) => Type);
  return { ...named, enabledTypes: read.complete ? new Set(enabled) : undefined };
}

function readUnit(raw: RawRecord, where: string, report: Report): OrganizationalUnit | undefined {
  const named = readNamed(raw, where, report);
  const ParentId = requiredString(raw, 'ParentId', where, report);
  if (named === undefined) return undefined;
  return { ...named, ...(ParentId === undefined ? {} : { ParentId }) };
}

function readAccount(raw: RawRecord, where: string, report: Report): OrganizationAccount | undefined {
  const named = readNamed(raw, where, report);
  if (named === undefined) return undefined;
  if (!isAccountId(named.Id)) {
    report(`${where}.Id`, 'an account id');
    return undefined;
  }
  const ParentId = requiredString(raw, 'ParentId', where, report);
  const Status = optionalString(raw, 'Status', where, report);
  return {
    ...named,
    ...(Status === undefined ? {} : { Status }),
    ...(ParentId === undefined ? {} : { ParentId }),
    Tags: raw['Tags'] === undefined ? undefined : tagsOf(raw['Tags'], `${where}.Tags`, report),
  };
}

function readPolicy(raw: RawRecord, where: string, report: Report): OrganizationPolicy | undefined {
  // DescribePolicy nests the summary; the merged file has it flat.
  const summary = isRecord(raw['PolicySummary']) ? raw['PolicySummary'] : raw;
  const named = readNamed(summary, where, report);
  const Type = requiredString(summary, 'Type', where, report);
  return named === undefined || Type === undefined ? undefined : { ...named, Type, Content: raw['Content'] };
}

function readAttachment(raw: RawRecord, where: string, report: Report): PolicyAttachment | undefined {
  const PolicyId = requiredString(raw, 'PolicyId', where, report);
  if (PolicyId === undefined) return undefined;
  return { PolicyId, TargetIds: readNestedStrings(raw, 'TargetIds', where, report) };
}

function readNamed(
  raw: RawRecord,
  where: string,
  report: Report,
): { readonly Id: string; readonly Arn: string; readonly Name: string } | undefined {
  const Id = requiredString(raw, 'Id', where, report);
  const Arn = requiredArn(raw, where, report);
  if (Id === undefined || Arn === undefined) return undefined;
  return { Id, Arn, Name: optionalString(raw, 'Name', where, report) ?? Id };
}

function requiredArn(raw: RawRecord, where: string, report: Report): string | undefined {
  const arn = raw['Arn'];
  if (typeof arn === 'string' && parseArn(arn) !== undefined) return arn;
  report(`${where}.Arn`, 'an ARN');
  return undefined;
}
