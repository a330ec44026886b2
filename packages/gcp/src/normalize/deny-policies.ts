import type { Gap, PrincipalSelector, Statement } from '@keyreach/core/graph';
import type { GcpDenyPolicy, GcpDenyRule } from '../bundle/gcp-input.ts';
import { deniedActions } from '../catalogue/permission-names.ts';
import { distinct } from './bindings.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Everybody and everything: what a rule that cannot be read may deny. */
const EVERYBODY: PrincipalSelector = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] };

/**
 * Adds deny policies: one deny statement a rule, placed on the scope that the name of the policy tells (gcp.md 1.1, 1.3,
 * 4.2). Where they were not collected, the topmost scopes say so (`denyUnread`) and a gap does.
 */
export function addDenyPolicies(context: NormalizeContext): void {
  for (const policy of context.input.denyPolicies?.items ?? []) addDenyPolicy(policy, context);
}

function addDenyPolicy(policy: GcpDenyPolicy, context: NormalizeContext): void {
  const { builder, directory } = context;
  const scope = attachmentPoint(policy.name);
  const node = scope === undefined ? undefined : directory.scopeIdOf(scope);
  if (node === undefined || directory.known(node) === undefined) {
    builder.gap(unplaced(policy, scope));
    return;
  }
  const document = builder.document({ provider: GCP, statements: statementsOf(policy, context) });
  const name = policy.displayName ?? policy.name.slice(policy.name.lastIndexOf('/') + 1);
  builder.policy({ id: policy.name, provider: GCP, name, type: 'deny', document, owner: node });
  builder.attachment({ policy: policy.name, node, role: 'resource-grant' });
}

function unplaced({ name }: GcpDenyPolicy, scope: string | undefined): Gap {
  const why =
    scope === undefined
      ? 'its name does not tell where it is attached; it is left out'
      : `it is attached to \`${scope}\`, which is not in the input; it is left out`;
  return { scope: name, what: 'deny policy', why, kind: 'bad-input' };
}

/**
 * Where a deny policy is attached: `policies/cloudresourcemanager.googleapis.com%2Fprojects%2F123/denypolicies/ID`.
 *
 * @example
 * attachmentPoint('policies/cloudresourcemanager.googleapis.com%2Ffolders%2F9/denypolicies/no-keys'); // 'folders/9'
 */
export function attachmentPoint(name: string): string | undefined {
  const point = /^policies\/(.{1,500})\/denypolicies\/[^/]+$/s.exec(name)?.[1];
  if (point === undefined) return undefined;
  // Some clients encode the name twice.
  const decoded = point.replaceAll(/%(?:25)?2F/gi, '/');
  return /^cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)$/.exec(decoded)?.[1];
}

function statementsOf({ rules }: GcpDenyPolicy, context: NormalizeContext): readonly Statement[] {
  const statements: Omit<Statement, 'index'>[] = rules.items.flatMap((rule) => ruleStatements(rule, context));
  if (!rules.complete) {
    statements.push({
      effect: 'deny',
      actions: { include: ['*'], exclude: [] },
      principals: EVERYBODY,
      undecidable: 'a rule of the deny policy could not be read',
    });
  }
  return statements.map((statement, index) => ({ ...statement, index }));
}

function ruleStatements(rule: GcpDenyRule, context: NormalizeContext): readonly Omit<Statement, 'index'>[] {
  const named = (texts: readonly string[]) => distinct(texts.flatMap((text) => context.members.matchers(text)));
  const include = named(rule.deniedPrincipals);
  if (include.length === 0) return [];
  const principals: PrincipalSelector = { include, exclude: named(rule.exceptionPrincipals) };
  const { condition, description } = rule;
  return deniedActions(rule.deniedPermissions, rule.exceptionPermissions).map((actions) => ({
    effect: 'deny' as const,
    actions,
    principals,
    ...(condition === undefined
      ? {}
      : { condition: { language: GCP, body: { cel: condition.expression, for: 'deny' } } }),
    ...(description === undefined ? {} : { sid: description }),
  }));
}
