import type { NodeId, PrincipalMatcher } from '@keyreach/core/graph';
import type { GcpInput } from '../bundle/gcp-input.ts';
import { GCP } from './gcp-ids.ts';
import type { Convenience, ConvenienceKind, MemberRegister } from './member-register.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { kindOf, type ProjectDirectory } from './project-directory.ts';

const ROLES: ReadonlyMap<string, ConvenienceKind> = new Map([
  ['roles/owner', 'projectOwner'],
  ['roles/editor', 'projectEditor'],
  ['roles/viewer', 'projectViewer'],
]);

/** A member of a basic role, as written; `sure`: without a condition. */
interface Holder {
  readonly text: string;
  readonly sure: boolean;
}

/** Who holds the legacy basic roles on which scope, as bindings write it. */
export class BasicRoleHolders {
  readonly #held = new Map<NodeId, Map<ConvenienceKind, Holder[]>>();
  readonly #directory: ProjectDirectory;

  constructor(input: GcpInput, directory: ProjectDirectory) {
    this.#directory = directory;
    for (const { assetType, name, iamPolicy } of input.assets?.items ?? []) {
      const scope = kindOf(assetType) === undefined ? undefined : directory.scopeIdOf(name);
      for (const { role, members, condition } of scope === undefined ? [] : (iamPolicy?.bindings.items ?? [])) {
        const kind = ROLES.get(role);
        if (kind === undefined || scope === undefined) continue;
        const here = this.#held.get(scope) ?? new Map<ConvenienceKind, Holder[]>();
        const holders = here.get(kind) ?? [];
        for (const text of members) holders.push({ text, sure: condition === undefined });
        this.#held.set(scope, here.set(kind, holders));
      }
    }
  }

  /** Holders on a project and what is above it; undefined where the project is not in the input. */
  of({ kind, project }: Convenience): readonly Holder[] | undefined {
    const scope = this.#directory.projectScope(project);
    if (scope === undefined) return undefined;
    // A convenience value is no member of a project; one that claims to be would name itself.
    return this.#directory
      .chainOf(scope)
      .flatMap((id) => this.#held.get(id)?.get(kind) ?? [])
      .filter(({ text }) => !isConvenience(text));
  }

  /** Whom a convenience value names that cannot be a member of its node: everybody, or all accounts of a container. */
  matchers(convenience: Convenience, members: MemberRegister): readonly PrincipalMatcher[] {
    return (this.of(convenience) ?? []).flatMap(({ text, sure }) =>
      members
        .matchers(text)
        .filter(({ match }) => match !== 'node' && match !== 'member')
        .flatMap((matcher): readonly PrincipalMatcher[] => {
          if (matcher.match === 'unresolved') return matcher.dangling ? [] : [matcher];
          return sure ? [matcher] : [{ match: 'unresolved', text, dangling: false }];
        }),
    );
  }
}

function isConvenience(text: string): boolean {
  return text.startsWith('projectOwner:') || text.startsWith('projectEditor:') || text.startsWith('projectViewer:');
}

/**
 * Adds the convenience values that policies name, with the holders of the basic roles as members (gcp.md 1.5, 1.6). Of a project
 * that is not in the input, or below policies nobody collected, nobody knows all of them.
 */
export function addConveniences(context: NormalizeContext, holders: BasicRoleHolders): void {
  const { members, nodes, builder, directory, policySet, input } = context;
  for (const [id, convenience] of [...members.conveniences].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const scope = directory.projectScope(convenience.project);
    const top = scope === undefined ? undefined : directory.chainOf(scope).at(-1);
    const known = top !== undefined && policySet.has(top) && input.assets?.complete === true;
    for (const { text, sure } of holders.of(convenience) ?? []) {
      for (const matcher of members.matchers(text)) {
        if (matcher.match !== 'node' && matcher.match !== 'member') continue;
        builder.edge({ type: 'member-of', from: matcher.id, to: id, ...(sure ? {} : { certainty: 'unknown' }) });
      }
    }
    nodes.add({
      kind: 'identity',
      id,
      provider: GCP,
      type: 'convenience',
      name: id,
      ...(scope === undefined ? { external: true } : { scope }),
      attributes: { ...(known ? {} : { membersUnread: true }) },
    });
  }
}
