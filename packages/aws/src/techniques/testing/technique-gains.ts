import { type ReachModel, reachNodeKinds, searchReach, startNode, type TechniqueYield } from '@keyreach/core/reach';
import { MEMBER, resourceOf, VICTIMS } from './technique-estate.ts';

/** What a search reaches, by kind of node. */
interface Found {
  readonly identities: ReadonlySet<string>;
  /** Identities acted as in some kind of session. */
  readonly sessions: ReadonlySet<string>;
  /** Keys of the changes made to identities that are held. */
  readonly changes: readonly string[];
  readonly faces: readonly string[];
  readonly zones: ReadonlySet<string>;
  readonly made: boolean;
  /** Resource and class of access. */
  readonly accesses: readonly string[];
}

/** What a caller reaches at a certainty or a higher one. */
export function found(reach: ReachModel, caller: string, least: number): Found {
  const source = startNode(reach, caller)!;
  const { distance } = searchReach(reach.graph, source, least);
  const result = {
    identities: new Set<string>(),
    sessions: new Set<string>(),
    changes: [] as string[],
    faces: [] as string[],
    zones: new Set<string>(),
    made: false,
    accesses: [] as string[],
  };
  for (let node = 0; node < reach.graph.nodeCount; node += 1) {
    const ref = reach.graph.refs[node]!;
    if (distance[node] === -1 || ref === -1) continue;
    switch (reachNodeKinds[reach.graph.kinds[node]!]!) {
      case 'identity':
        result.identities.add(reach.identities[ref]!.id);
        break;
      case 'acting':
      case 'session':
        result.sessions.add(reach.sessions[ref]!.identity.id);
        break;
      case 'elevated':
        result.changes.push(...reach.elevations[ref]!.changes);
        break;
      case 'face':
        result.faces.push(reach.faces[ref]!.face);
        break;
      case 'zone-control':
        result.zones.add(reach.zones[ref]!);
        break;
      case 'made':
        result.made = true;
        break;
      case 'access': {
        const { resource, class: accessClass } = reach.accesses[ref]!;
        result.accesses.push(`${resource} ${accessClass ?? ''}`);
        break;
      }
      default:
    }
  }
  return result;
}

/** Whether what is found is what a yield promises. */
export function gives(yields: TechniqueYield, types: readonly string[], now: Found, before: Found): boolean {
  const changed = (prefix: string): boolean => now.changes.some((key) => key.startsWith(prefix));
  const held = (id: string): boolean => now.identities.has(id) || now.sessions.has(id);
  switch (yields) {
    case 'become':
      return types.some((type) => held(BY_TYPE[type] ?? ''));
    case 'become-runtime':
    case 'become-provisioned':
      return held(VICTIMS.role);
    case 'become-subjects':
      return held(VICTIMS.subject);
    case 'become-stored':
      return held(VICTIMS.user);
    case 'grant':
    case 'grant-members':
    case 'grant-holders':
    case 'grant-provisioned':
      return changed('grant');
    case 'unguard':
    case 'unguard-holders':
    case 'unguard-provisioned':
      return changed('unguard');
    case 'drop-managed':
    case 'drop-inline':
    case 'drop-managed-members':
    case 'drop-inline-members':
    case 'drop-managed-provisioned':
    case 'drop-inline-provisioned':
    case 'leave':
      return changed('["drop"');
    case 'replace-holders':
      return now.changes.some((key) => key.includes('replace'));
    case 'retag':
      return changed('retag');
    case 'sign-in':
      return changed('sign-in');
    case 'join':
    case 'lift':
    case 'open':
    case 'leave-scopes':
      return now.faces.includes(yields);
    case 'make':
    case 'control-zone':
      return now.made || now.zones.size > 0;
    case 'control-target':
      return now.zones.has(MEMBER);
    case 'retag-resource':
    case 'open-resource':
    case 'rewrite-resource':
      return types.some((type) =>
        BY_TYPE[type] === undefined
          ? now.accesses.some((one) => one.startsWith(`${resourceOf(type)} `) && !before.accesses.includes(one))
          : held(BY_TYPE[type]),
      );
    default:
      return yields satisfies never;
  }
}

const BY_TYPE: Readonly<Record<string, string>> = {
  user: VICTIMS.user,
  role: VICTIMS.role,
  'identity-center-user': VICTIMS.person,
};
