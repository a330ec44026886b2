import type { Gap } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AccountCalls, AwsCall, AwsReply, FailedCall } from './calls.ts';

/** IAM actions that reading the organization needs; the calls are made with the credentials of the caller. */
export const ORGANIZATION_ACTIONS: readonly string[] = [
  'iam:ListOrganizationsFeatures',
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:DescribeResourcePolicy',
  'organizations:ListAWSServiceAccessForOrganization',
  'organizations:ListAccountsForParent',
  'organizations:ListDelegatedAdministrators',
  'organizations:ListDelegatedServicesForAccount',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListPolicies',
  'organizations:ListRoots',
  'organizations:ListTargetsForPolicy',
];

const PAGING = { reply: 'NextToken', request: 'NextToken' } as const;
const WHAT = 'organization';

/** Units nest five levels deep; more would be a reply that goes in circles. */
const MOST_LEVELS = 10;

/**
 * Reads the organization of the caller's account (aws.md 3.1) as organization.json holds it: `{ Organization: null }` for
 * an account in none, undefined where nobody may tell. A list of which any part could not be read is left out, and then
 * unknown.
 */
export async function readOrganization(calls: AccountCalls): Promise<unknown> {
  const described = await calls.send(organizations('DescribeOrganization'));
  if (!described.ok) {
    if (described.failed.error === 'AWSOrganizationsNotInUseException') return { Organization: null };
    calls.failed(WHAT, described.failed);
    return undefined;
  }
  const { Organization } = described.reply;
  if (!isRecord(Organization)) {
    calls.gap({ what: WHAT, why: 'organizations DescribeOrganization gave no organization' });
    return undefined;
  }
  const parts = new Parts(calls);
  const roots = await parts.list('Roots', organizations('ListRoots'), 'Roots');
  // Only the management account and delegated administrators get further: what they may not is told once.
  if (roots === undefined) return { Organization: visible(Organization) };
  const tree = await readTree(parts, roots, calls);
  const policies = await readPolicies(parts);
  const features = await readFeatures(parts, calls);
  return {
    Organization: visible(Organization),
    Roots: roots,
    ...(tree.unitsWhole ? { OrganizationalUnits: tree.units } : {}),
    ...(tree.accountsWhole ? { Accounts: tree.accounts } : {}),
    ...policies,
    ...features,
  };
}

/** The e-mail address of the management account is nobody's business. */
function visible({ MasterAccountEmail: _, ...organization }: RawRecord): RawRecord {
  return organization;
}

async function readTree(
  parts: Parts,
  roots: readonly RawRecord[],
  calls: AccountCalls,
): Promise<{
  readonly units: readonly RawRecord[];
  readonly accounts: readonly RawRecord[];
  readonly unitsWhole: boolean;
  readonly accountsWhole: boolean;
}> {
  const units: RawRecord[] = [];
  const accounts: RawRecord[] = [];
  let unitsWhole = true;
  let accountsWhole = true;
  const seen = new Set<unknown>();
  let level: readonly RawRecord[] = roots;
  for (let depth = 0; level.length > 0 && depth < MOST_LEVELS; depth += 1) {
    const next: RawRecord[] = [];
    for (const { Id: ParentId } of level) {
      if (seen.has(ParentId)) continue;
      seen.add(ParentId);
      const inner = await parts.list(
        'OrganizationalUnits',
        organizations('ListOrganizationalUnitsForParent', { ParentId }),
        'OrganizationalUnits',
      );
      unitsWhole &&= inner !== undefined;
      // What lies in units that nobody could list is missing as well.
      accountsWhole &&= inner !== undefined;
      for (const unit of inner ?? []) next.push({ ...unit, ParentId });
      const held = await parts.list('Accounts', organizations('ListAccountsForParent', { ParentId }), 'Accounts');
      accountsWhole &&= held !== undefined;
      for (const { Email: _, ...account } of held ?? []) accounts.push({ ...account, ParentId });
    }
    units.push(...next);
    level = next;
  }
  if (level.length > 0) {
    calls.gap({ what: WHAT, why: `units nest more than ${MOST_LEVELS} levels deep` });
    unitsWhole = false;
    accountsWhole = false;
  }
  return { units, accounts, unitsWhole, accountsWhole };
}

/** Types of policies that limit what principals or resources can do. */
const POLICY_TYPES = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const;

async function readPolicies(parts: Parts): Promise<RawRecord> {
  const Policies: RawRecord[] = [];
  const PolicyAttachments: RawRecord[] = [];
  let policiesWhole = true;
  let attachmentsWhole = true;
  for (const Filter of POLICY_TYPES) {
    const listed = await parts.list('Policies', organizations('ListPolicies', { Filter }), 'Policies');
    policiesWhole &&= listed !== undefined;
    attachmentsWhole &&= listed !== undefined;
    for (const summary of listed ?? []) {
      const PolicyId = summary['Id'];
      const described = await parts.one('policy text', organizations('DescribePolicy', { PolicyId }));
      const policy = described?.['Policy'];
      // A policy without its text is listed: that it is there is known, what it says is not.
      Policies.push({ ...summary, ...(isRecord(policy) ? { Content: policy['Content'] } : {}) });
      const targets = await parts.list(
        'PolicyAttachments',
        organizations('ListTargetsForPolicy', { PolicyId }),
        'Targets',
      );
      attachmentsWhole &&= targets !== undefined;
      PolicyAttachments.push({ PolicyId, TargetIds: (targets ?? []).map(({ TargetId }) => TargetId) });
    }
  }
  return { ...(policiesWhole ? { Policies } : {}), ...(attachmentsWhole ? { PolicyAttachments } : {}) };
}

/** What is switched on beside policies; each is left out where it could not be read. */
async function readFeatures(parts: Parts, calls: AccountCalls): Promise<RawRecord> {
  const access = await parts.list(
    'trusted services',
    organizations('ListAWSServiceAccessForOrganization'),
    'EnabledServicePrincipals',
  );
  const administrators = await parts.list(
    'delegated administrators',
    organizations('ListDelegatedAdministrators'),
    'DelegatedAdministrators',
  );
  const delegated: RawRecord[] = [];
  for (const { Id } of administrators ?? []) {
    const services = await parts.list(
      'delegated administrators',
      organizations('ListDelegatedServicesForAccount', { AccountId: Id }),
      'DelegatedServices',
    );
    delegated.push({ Id, ...(services === undefined ? {} : { DelegatedServices: services }) });
  }
  const policy = await calls.send(organizations('DescribeResourcePolicy'));
  const none = !policy.ok && policy.failed.error === 'ResourcePolicyNotFoundException';
  if (!policy.ok && !none) parts.lacks('resource policy of the organization', policy.failed);
  const features = await calls.send({
    service: 'iam',
    command: 'ListOrganizationsFeatures',
    action: 'iam:ListOrganizationsFeatures',
  });
  // Where IAM has no trusted access in the organization, no feature of it can be on.
  const off = !features.ok && features.failed.error.startsWith('ServiceAccessNotEnabled');
  if (!features.ok && !off) parts.lacks('centralized root access', features.failed);
  return {
    ...(access === undefined ? {} : { AWSServiceAccess: access }),
    ...(administrators === undefined ? {} : { DelegatedAdministrators: delegated }),
    ...(policy.ok ? { ResourcePolicy: policy.reply['ResourcePolicy'] } : none ? { ResourcePolicy: null } : {}),
    ...(features.ok
      ? { EnabledFeatures: features.reply['EnabledFeatures'] ?? [] }
      : off
        ? { EnabledFeatures: [] }
        : {}),
  };
}

/** Calls whose failures are told once for each command and error. */
class Parts {
  readonly #calls: AccountCalls;
  readonly #told = new Set<string>();

  constructor(calls: AccountCalls) {
    this.#calls = calls;
  }

  /** All pages of a list; undefined, after a gap, where any of them failed. */
  async list(what: string, call: AwsCall, items: string): Promise<readonly RawRecord[] | undefined> {
    const { replies, failed } = await this.#calls.pages(call, PAGING);
    if (failed === undefined) return replies.flatMap((reply) => recordsIn(reply, items));
    this.lacks(what, failed);
    return undefined;
  }

  async one(what: string, call: AwsCall): Promise<AwsReply | undefined> {
    const result = await this.#calls.send(call);
    if (result.ok) return result.reply;
    this.lacks(what, result.failed);
    return undefined;
  }

  lacks(what: string, failed: FailedCall): void {
    const key = `${failed.call.command} ${failed.error}`;
    if (!this.#told.has(key)) this.#calls.failed(`${WHAT}: ${what}`, failed);
    this.#told.add(key);
  }
}

function organizations(command: string, input?: RawRecord): AwsCall {
  const action = `organizations:${command}`;
  return { service: 'organizations', command, action, ...(input === undefined ? {} : { input }) };
}

function recordsIn(reply: AwsReply, key: string): readonly RawRecord[] {
  const list = reply[key];
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isRecord) : [];
}

/** What of organization.json a collection goes by. */
export interface OrganizationFacts {
  /** Accounts that are known, with their state where it is told; undefined: nobody told. */
  readonly accounts: readonly { readonly id: string; readonly state: string | undefined }[] | undefined;
  readonly managementAccount: string | undefined;
  /** Accounts that administer Identity Center for the organization. */
  readonly identityCenterAdministrators: readonly string[];
}

/** Reads the facts out of organization.json, just collected or from an earlier run. */
export function organizationFacts(file: unknown): OrganizationFacts {
  const raw = isRecord(file) ? file : {};
  const accounts = raw['Accounts'];
  const organization = isRecord(raw['Organization']) ? raw['Organization'] : {};
  const management = organization['MasterAccountId'] ?? organization['ManagementAccountId'];
  return {
    accounts: Array.isArray(accounts)
      ? recordsIn(raw, 'Accounts').flatMap(({ Id, State, Status }) => {
          const state = State ?? Status;
          const isId = typeof Id === 'string' && /^\d{12}$/.test(Id);
          return isId ? [{ id: Id, state: typeof state === 'string' ? state : undefined }] : [];
        })
      : undefined,
    managementAccount: typeof management === 'string' && /^\d{12}$/.test(management) ? management : undefined,
    identityCenterAdministrators: recordsIn(raw, 'DelegatedAdministrators').flatMap((administrator) => {
      const isSso = recordsIn(administrator, 'DelegatedServices').some(
        ({ ServicePrincipal }) => ServicePrincipal === 'sso.amazonaws.com',
      );
      return isSso && typeof administrator['Id'] === 'string' ? [administrator['Id']] : [];
    }),
  };
}

/** An account of the organization that is not read, and why. */
export function notCollected(scope: string, why: string, fix?: string): Gap {
  return { scope, what: 'account', why, ...(fix === undefined ? {} : { fix }), kind: 'not-collected' };
}
