import type { Certainty, Gap, NodeId } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { accountOf, nameInArn, parseArn, trustPolicyId } from './aws-ids.ts';
import { clusterIssuers } from './cluster-issuers.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { CompiledPolicy } from './policy-document.ts';
import { valuesAt } from './property-path.ts';
import { scanRoles } from './role-scan.ts';
import { clusterTrust, serviceTrust } from './service-trust.ts';
import { STUDIO_TYPES, StudioRoles } from './studio-roles.ts';
import { rolesFor } from './uncollected-workloads.ts';
import { type RoleProperty, SERVICE_ROLE_TYPES, WORKLOAD_TYPES } from './workload-roles.ts';

const ROLE_PROPERTIES: ReadonlyMap<string, readonly RoleProperty[]> = new Map(
  WORKLOAD_TYPES.map(({ type, roles }) => [type, roles]),
);

/** Far more roles than trust SageMaker in real accounts; a hostile list has more, for each of as many profiles. */
const MOST_POSSIBLE_ROLES = 200;

/** Adds to the listed resources of one account the roles they run as (aws.md 3.6). */
export class WorkloadRoles {
  readonly #account: AwsAccountInput;
  readonly #context: NormalizeContext;
  readonly #studio: StudioRoles;
  /** Name of an EKS cluster → issuers of its tokens. */
  readonly #issuers: ReadonlyMap<string, readonly string[]>;

  constructor(resources: readonly ListedResource[], account: AwsAccountInput, context: NormalizeContext) {
    this.#account = account;
    this.#context = context;
    this.#studio = new StudioRoles(resources);
    this.#issuers = new Map(
      resources.flatMap((resource) => {
        const issuers = clusterIssuers(resource);
        return issuers.length === 0 ? [] : [[nameInArn(resource.Identifier), issuers] as const];
      }),
    );
  }

  /** Adds an edge to every role that a resource runs as. `id`: its node. */
  add(resource: ListedResource, id: NodeId): void {
    const { TypeName, Properties } = resource;
    const rows = ROLE_PROPERTIES.get(TypeName);
    if (STUDIO_TYPES.has(TypeName)) this.#addOfStudio(resource, id);
    else if (rows === undefined) this.#addScanned(resource, id);
    else {
      for (const row of rows) {
        for (const value of valuesAt(Properties, row.path)) this.#addNamed(resource, id, row, value);
      }
    }
  }

  /** A Studio resource always runs as some role; where nothing tells which, it may be any that trusts the service. */
  #addOfStudio(resource: ListedResource, id: NodeId): void {
    const service = 'sagemaker';
    const told = this.#studio.of(resource);
    if (told !== undefined) {
      const row = { path: told.path, names: 'role', service } as const;
      for (const value of valuesAt(told.properties, told.path)) this.#addNamed(resource, id, row, value);
      return;
    }
    const { builder, policies } = this.#context;
    for (const to of rolesFor([service], this.#account, policies).slice(0, MOST_POSSIBLE_ROLES)) {
      builder.edge({ type: 'runs-as', from: id, to, certainty: 'unknown' });
    }
    const why = 'neither it nor its domain tells the role it runs as; it may be any that trusts SageMaker';
    const fix = 'aws sagemaker describe-domain --domain-id ID';
    builder.gap({ scope: id, what: 'role', why, fix, kind: 'not-collected' });
  }

  /**
   * The roles that a resource of a type without a row names in properties with role-like names. Whether it executes as such
   * a role, or hands it to its service or to somebody else, is not known of the type; nor is any technique.
   */
  #addScanned({ TypeName, Properties }: ListedResource, id: NodeId): void {
    if (SERVICE_ROLE_TYPES.has(TypeName)) return;
    const { builder } = this.#context;
    const { roles, complete } = scanRoles(Properties);
    for (const { property, names, arn } of roles) {
      const resolved = this.#resolve(arn, names);
      if (resolved === undefined) builder.gap(unresolvedRole(id, property, names, arn));
      for (const to of resolved ?? []) builder.edge({ type: 'runs-as', from: id, to, certainty: 'unknown' });
    }
    if (complete) return;
    const why = 'its properties are too large to look through for roles; some may be left out';
    builder.gap({ scope: id, what: 'role', why, kind: 'bad-input' });
  }

  #addNamed(resource: ListedResource, id: NodeId, row: RoleProperty, value: unknown): void {
    // An object with an ARN in it is read by a path of its own.
    if (isRecord(value) && ('Arn' in value || 'arn' in value)) return;
    const { builder, policies } = this.#context;
    const roles = typeof value === 'string' ? this.#resolve(value, row.names) : undefined;
    if (roles === undefined) builder.gap(unresolvedRole(id, row.path, row.names, value));
    for (const to of roles ?? []) {
      const trust = policies.compiled(trustPolicyId(to));
      const certainty = this.#certaintyOf(resource, row, trust);
      if (certainty !== undefined) {
        builder.edge({ type: 'runs-as', from: id, to, ...(certainty === 'allow' ? {} : { certainty }) });
      }
      if (certainty === 'allow') continue;
      if (row.byCluster === true && certainty === 'unknown') {
        const why = `whether service accounts of its cluster can take \`${to}\` is not in the input`;
        const fix = 'aws eks describe-cluster --name NAME';
        builder.gap({ scope: id, what: 'role', why, fix, kind: 'not-collected' });
        continue;
      }
      const who = row.byCluster === true ? 'service accounts of its cluster' : `\`${row.service}.amazonaws.com\``;
      if (trust === undefined || 'unreadable' in trust) {
        const why = `whether \`${to}\` still lets ${who} in is not in the input`;
        builder.gap({ scope: id, what: 'role', why, fix: 'aws iam get-role --role-name NAME', kind: 'not-collected' });
        continue;
      }
      const why = `the trust policy of \`${to}\` does not let ${who} in`;
      builder.gap({ scope: id, what: 'role', why, kind: 'bad-input' });
    }
  }

  #certaintyOf(
    { Properties }: ListedResource,
    { service, byCluster }: RoleProperty,
    trust: CompiledPolicy | undefined,
  ): Certainty | undefined {
    if (byCluster === true) {
      const cluster = Properties['ClusterName'];
      return clusterTrust(trust, typeof cluster === 'string' ? this.#issuers.get(cluster) : undefined);
    }
    if (service === undefined) return 'allow';
    // AWS asked for the trust when the role was passed; whether it still stands a text that is not in the input cannot tell.
    return trust === undefined || 'unreadable' in trust ? 'unknown' : serviceTrust(trust, [service]);
  }

  #resolve(text: string, names: RoleProperty['names']): readonly NodeId[] | undefined {
    const { accountId } = this.#account;
    const { directory, policies } = this.#context;
    if (names === 'instance-profile') return directory.rolesOfProfile(accountId, text);
    const arn = parseArn(text);
    if (arn === undefined) {
      const role = directory.role(accountId, nameInArn(text));
      return role === undefined ? undefined : [role];
    }
    if (directory.has(text)) return [text];
    const owner = accountOf(text);
    if (arn.service !== 'iam' || !arn.resource.startsWith('role/') || owner === undefined) return undefined;
    if (directory.listsAll(owner, 'role')) return undefined;
    policies.external({ id: text, type: 'role', name: nameInArn(text), accountId: owner, partition: arn.partition });
    return [text];
  }
}

function unresolvedRole(workload: NodeId, path: string, names: RoleProperty['names'], value: unknown): Gap {
  const what = names === 'role' ? 'role' : 'instance profile';
  // Only an ARN is sure to be a name and nothing secret.
  const named = typeof value === 'string' && parseArn(value) !== undefined ? `, \`${value}\`,` : '';
  return { scope: workload, what, why: `the ${what} in \`${path}\`${named} is not in the input`, kind: 'bad-input' };
}
