import { isCollective } from '../graph/collective.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { Gap, IdentityNode, NodeId, Provider, Timestamp } from '../graph/model.ts';
import type { AccessCatalogue } from '../reach/access-class.ts';
import type { GrantedActions } from './granted-actions.ts';
import { unusedOf } from './identity-use.ts';
import type { UnusedReport } from './results.ts';

/** What the use of an estate is asked with. */
export interface UnusedReportOptions {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days; 90 if not given (aws.md 4.1). */
  readonly windowDays?: number;
  /** Whom to report on. If not given: all that are inside the input and act themselves, so no groups and no externals. */
  readonly identities?: readonly IdentityNode[];
  /** Services an identity is granted something of, see {@link unusedOf}. If not given, nobody knows. */
  readonly grantedServices?: (identity: IdentityNode) => readonly string[] | undefined;
  /** Actions an identity is granted, see {@link unusedOf}. If not given, nothing is said of single actions. */
  readonly grantedActions?: (identity: IdentityNode) => GrantedActions | undefined;
  /** Access classes by provider, for weights; without them nothing is weighted. */
  readonly access?: readonly AccessCatalogue[];
  /** `actions`: each granted action is listed, of identities and credentials; else they are counted. */
  readonly detail?: 'actions' | 'counts';
  /** What would tell of an action of a provider; completes the sentence "… would tell". */
  readonly toldBy?: (action: string, provider: Provider) => string;
}

/**
 * Which identities, credentials and granted services nobody used within a window, from last-used data (findings 3.3).
 *
 * @throws KeyreachError as {@link unusedOf}.
 *
 * @example
 * ```ts
 * const report = unusedReport(graph, { now: '2026-01-31T00:00:00Z' });
 * for (const { name, state, why } of report.identities) console.log(name, state, why);
 * ```
 */
export function unusedReport(graph: GraphIndex, options: UnusedReportOptions): UnusedReport {
  const { now, windowDays = 90, detail = 'counts', toldBy, identities = graph.identities.filter(actsInside) } = options;
  const uses = identities.map((identity) =>
    unusedOf(graph, identity, {
      now,
      windowDays,
      detail,
      toldBy: toldBy === undefined ? undefined : (action) => toldBy(action, identity.provider),
      grantedServices: options.grantedServices?.(identity),
      grantedActions: options.grantedActions?.(identity),
      access: options.access?.find(({ provider }) => provider === identity.provider),
    }),
  );
  return {
    schema: 'keyreach-unused',
    schemaVersion: 1,
    now,
    windowDays,
    identities: uses,
    gaps: gapsAbout(identities, graph),
  };
}

function actsInside({ type, external }: IdentityNode): boolean {
  return external !== true && !isCollective({ type });
}

/** Gaps about the identities, their credentials and the scopes around them, and those of files, which may be about any. */
function gapsAbout(identities: readonly IdentityNode[], graph: GraphIndex): readonly Gap[] {
  const about = new Set<NodeId>();
  for (const { id } of identities) {
    about.add(id);
    for (const scope of graph.scopesOf(id)) about.add(scope.id);
    for (const credential of graph.credentialsOf(id)) about.add(credential.id);
  }
  return graph.graph.gaps.filter(({ scope }) => about.has(scope) || graph.node(scope) === undefined);
}
