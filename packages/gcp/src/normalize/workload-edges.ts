import type { Certainty, GraphBuilder, NodeId } from '@keyreach/core/graph';
import type { GcpAsset, GcpInput } from '../bundle/gcp-input.ts';
import { kubernetesPool, kubernetesSubject, type PoolMember, readPoolMember } from './federation/pool-member.ts';
import { fieldText, fieldTexts } from './field-values.ts';
import { GCP } from './gcp-ids.ts';
import { hasInventory } from './inventory.ts';
import { kubernetesObject } from './kubernetes-object.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { ProjectDirectory } from './project-directory.ts';
import {
  appEngineDefaultEmail,
  computeDefaultEmail,
  legacyBuildEmail,
  serviceAgentEmail,
} from './service-account-email.ts';
import { readAccountEmail, scopeOfAccount } from './service-agents.ts';
import { identityInText, type NamedIdentity, workloadIdentities } from './workload-identities.ts';
import { WORKLOAD_TYPES, type WorkloadType } from './workload-types.ts';

const TYPES: ReadonlyMap<string, WorkloadType> = new Map(WORKLOAD_TYPES.map((row) => [row.type, row]));

const TEMPLATE = 'compute.googleapis.com/InstanceTemplate';
const MANAGERS: ReadonlySet<string> = new Set([
  'compute.googleapis.com/InstanceGroupManager',
  'compute.googleapis.com/RegionInstanceGroupManager',
]);
const REASONING_ENGINE = 'aiplatform.googleapis.com/ReasoningEngine';
const SEARCH_ENGINE = 'discoveryengine.googleapis.com/Engine';
const POD = 'k8s.io/Pod';

/** An identity that a workload runs as. */
export interface RuntimeIdentity {
  readonly to: NodeId;
  readonly certainty: Certainty;
}

/** What a workload runs as, and with which OAuth scopes where they are told. */
export interface Runtime {
  readonly identities: readonly RuntimeIdentity[];
  readonly scopes?: readonly string[];
}

const NO_RUNTIME: Runtime = { identities: [] };

/** Finds what assets run as (gcp.md 4.3, 7.1), and adds the identities that only workloads name. */
export class WorkloadEdges {
  readonly #context: NormalizeContext;
  readonly #builder: GraphBuilder;
  readonly #input: GcpInput;
  readonly #directory: ProjectDirectory;
  readonly #templates: ReadonlyMap<NodeId, GcpAsset>;
  readonly #clusterPools: ReadonlySet<string>;
  readonly #runtimes = new Map<string, Runtime>();
  readonly #assets: ReadonlyMap<string, GcpAsset>;
  /** Scopes in which some workload was named without its data. */
  readonly #dataless = new Set<NodeId>();

  constructor(context: NormalizeContext) {
    const { input, builder, directory } = context;
    this.#context = context;
    this.#input = input;
    this.#builder = builder;
    this.#directory = directory;
    const items = input.assets?.items ?? [];
    this.#assets = new Map(items.map((asset) => [asset.name, asset]));
    this.#templates = new Map(
      items
        .filter(({ assetType }) => assetType === TEMPLATE)
        .map((asset) => [directory.canonicalId(asset.name), asset]),
    );
    this.#clusterPools = new Set(
      items.flatMap(({ assetType, name, resource }) =>
        assetType === 'container.googleapis.com/Cluster' &&
        fieldText(resource?.data, 'workloadIdentityConfig.workloadPool') !== undefined
          ? [directory.canonicalId(name)]
          : [],
      ),
    );
  }

  /** What one asset runs as; the same answer whenever it is asked. */
  read(asset: GcpAsset): Runtime {
    let runtime = this.#runtimes.get(asset.name);
    if (runtime === undefined) {
      runtime = this.#read(asset);
      this.#runtimes.set(asset.name, runtime);
    }
    return runtime;
  }

  /** Adds the identities of a workload to a bucket that holds its code. */
  feed(bucket: NodeId, workload: string, certainty: Certainty): void {
    const asset = this.#assets.get(workload);
    if (asset === undefined) return;
    for (const one of this.read(asset).identities) {
      const least = one.certainty === 'unknown' ? 'unknown' : certainty === 'allow' ? one.certainty : certainty;
      this.#builder.edge({
        type: 'runs-as',
        from: bucket,
        to: one.to,
        ...(least === 'allow' ? {} : { certainty: least }),
      });
    }
  }

  /**
   * Adds a placeholder to every project of which the input has no inventory, or a workload without its data: what is there may
   * run as any account of the project.
   */
  addUncollected(): void {
    const inventory = hasInventory(this.#input);
    const accounts = accountsByScope(this.#input, this.#directory);
    for (const { id: scope, kind } of this.#directory.scopes) {
      if (kind !== 'projects' || (inventory && !this.#dataless.has(scope))) continue;
      const id = `uncollected-workload:${scope}`;
      this.#builder.node({
        kind: 'resource',
        id,
        provider: GCP,
        type: 'uncollected-workload',
        name: 'workloads that were not listed',
        scope,
        uncollected: true,
      });
      for (const email of accounts.get(scope) ?? []) {
        this.#builder.edge({ type: 'runs-as', from: id, to: this.#account(email), certainty: 'unknown' });
      }
    }
  }

  #read(asset: GcpAsset): Runtime {
    const { assetType, resource } = asset;
    const row = TYPES.get(assetType);
    const special = MANAGERS.has(assetType) || [REASONING_ENGINE, SEARCH_ENGINE, POD].includes(assetType);
    if (row === undefined && !special) return NO_RUNTIME;
    if (resource === undefined) {
      const scope = this.#directory.scopeOfAsset(asset);
      if (scope !== undefined) this.#dataless.add(scope);
      return NO_RUNTIME;
    }
    if (MANAGERS.has(assetType)) return this.#ofManager(asset);
    switch (assetType) {
      case REASONING_ENGINE:
        return { identities: this.#ofReasoningEngine(asset) };
      case SEARCH_ENGINE:
        return { identities: this.#ofSearchEngine(asset) };
      case POD:
        return { identities: this.#ofPod(asset) };
      default:
        return row === undefined ? NO_RUNTIME : this.#ofRow(row, asset);
    }
  }

  #ofRow(row: WorkloadType, asset: GcpAsset): Runtime {
    const { identities, unread } = workloadIdentities(row, asset.resource?.data ?? {});
    const id = this.#directory.canonicalId(asset.name);
    for (const path of unread) {
      const why = `what \`${path}\` names is no service account that is known`;
      this.#builder.gap({ scope: id, what: 'service account', why, kind: 'bad-input' });
    }
    const scopes = identities.flatMap((one) => one.scopes ?? []);
    const told = identities.length > 0 && identities.every((one) => one.scopes !== undefined);
    return {
      identities: identities.flatMap(({ identity, certainty }) => this.#resolved(identity, certainty, asset)),
      ...(told ? { scopes: [...new Set(scopes)].sort() } : {}),
    };
  }

  /** A manager of instance groups makes instances of its templates. */
  #ofManager(asset: GcpAsset): Runtime {
    const data = asset.resource?.data;
    const urls = [...fieldTexts(data, 'instanceTemplate'), ...fieldTexts(data, 'versions[].instanceTemplate')];
    const runtimes = [...new Set(urls)].flatMap((url) => {
      const at = url.indexOf('projects/');
      const template =
        at < 0
          ? undefined
          : this.#templates.get(this.#directory.canonicalId(`//compute.googleapis.com/${url.slice(at)}`));
      if (template !== undefined) return [this.read(template)];
      const id = this.#directory.canonicalId(asset.name);
      const why = 'an instance template it names is not in the input';
      this.#builder.gap({ scope: id, what: 'service account', why, kind: 'not-collected' });
      return [];
    });
    const scopes = runtimes.flatMap((one) => one.scopes ?? []);
    const told = runtimes.length > 0 && runtimes.every((one) => one.scopes !== undefined);
    return {
      identities: surestOf(runtimes.flatMap(({ identities }) => identities)),
      ...(told ? { scopes: [...new Set(scopes)].sort() } : {}),
    };
  }

  /** gcp.md 7.1: what the API says it is in effect, else what its type of identity makes it. */
  #ofReasoningEngine(asset: GcpAsset): readonly RuntimeIdentity[] {
    const data = asset.resource?.data;
    const effective = fieldText(data, 'spec.effectiveIdentity');
    const read = effective === undefined ? undefined : identityInText(effective);
    if (read !== undefined && read !== 'user') return this.#resolved(read, 'allow', asset);
    const kind = fieldText(data, 'spec.identityType');
    const account = fieldText(data, 'spec.serviceAccount');
    if (kind === 'AGENT_IDENTITY') {
      const path = asset.name.replace('//aiplatform.googleapis.com/', '');
      return this.#agent('aiplatform', path, asset, 'allow');
    }
    const named = account === undefined ? undefined : identityInText(account);
    if (named !== undefined && named !== 'user') return this.#resolved(named, 'allow', asset);
    return this.#resolved({ is: 'agent', producer: 'gcp-sa-aiplatform-re' }, 'allow', asset);
  }

  /** Engines have an agent identity; older ones act as the agent of the service. */
  #ofSearchEngine(asset: GcpAsset): readonly RuntimeIdentity[] {
    const path = asset.name.replace('//discoveryengine.googleapis.com/', '');
    return [
      ...this.#agent('discoveryengine', path, asset, 'unknown'),
      ...this.#resolved({ is: 'agent', producer: 'gcp-sa-discoveryengine' }, 'unknown', asset),
    ];
  }

  #agent(service: string, path: string, asset: GcpAsset, certainty: Certainty): readonly RuntimeIdentity[] {
    const scope = this.#directory.scopeOfAsset(asset);
    const organization = scope === undefined ? undefined : this.#directory.organizationOf(scope);
    const number = scope === undefined ? undefined : this.#directory.scope(scope)?.projectNumber;
    const chain = scope === undefined ? [] : this.#directory.chainOf(scope);
    const top = chain.at(-1);
    const noOrganization = top !== undefined && this.#directory.scope(top)?.parentTold === true;
    const domain =
      organization === undefined
        ? noOrganization && number !== undefined
          ? `proj-${number}`
          : undefined
        : `org-${organization.slice(organization.lastIndexOf('/') + 1)}`;
    if (domain === undefined) return [];
    const byNumber = number === undefined ? path : path.replace(/^projects\/[^/]+/, `projects/${number}`);
    const member = readPoolMember(
      `principal://agents.global.${domain}.system.id.goog/resources/${service}/${byNumber}`,
      (one) => this.#directory.numberOf(one),
    );
    return this.#member(member, certainty);
  }

  /** A pod is the principal of its Kubernetes account where its cluster has a pool; which that is the pod says. */
  #ofPod({ name, resource }: GcpAsset): readonly RuntimeIdentity[] {
    const object = kubernetesObject(name);
    if (object === undefined || !this.#clusterPools.has(this.#directory.canonicalId(object.cluster))) return [];
    const project = this.#directory.projectIdOf(object.project);
    if (project === undefined) return [];
    const account = fieldText(resource?.data, 'spec.serviceAccountName', 'spec.serviceAccount') ?? 'default';
    return this.#member(this.#kubernetes(project, object.namespace, account), 'allow');
  }

  #kubernetes(project: string, namespace: string, account: string): PoolMember {
    const pool = kubernetesPool(project, (one) => this.#directory.numberOf(one));
    return kubernetesSubject(pool, namespace, account);
  }

  #resolved(identity: NamedIdentity, certainty: Certainty, asset: GcpAsset): readonly RuntimeIdentity[] {
    const scope = this.#directory.scopeOfAsset(asset);
    const project = scope === undefined ? undefined : this.#directory.scope(scope);
    const { projectNumber, projectId } = project ?? {};
    const account = (email: string | undefined, sure = certainty): readonly RuntimeIdentity[] => {
      if (email !== undefined) return [{ to: this.#account(email), certainty: sure }];
      const why = 'it runs as the default account of its project, whose name the input does not tell';
      const id = this.#directory.canonicalId(asset.name);
      this.#builder.gap({ scope: id, what: 'service account', why, kind: 'not-collected' });
      return [];
    };
    switch (identity.is) {
      case 'account':
        return account(identity.email);
      case 'unique-id': {
        const email = this.#context.accounts.emailOf(identity.uniqueId);
        if (email !== undefined) return account(email);
        const why = `the account with the unique id \`${identity.uniqueId}\` is not in the input`;
        this.#builder.gap({ scope: this.#directory.canonicalId(asset.name), what: 'service account', why });
        return [];
      }
      case 'subject': {
        const member = readPoolMember(identity.member, (one) => this.#directory.numberOf(one));
        return this.#member(member, certainty);
      }
      case 'compute':
        return account(projectNumber === undefined ? undefined : computeDefaultEmail(projectNumber));
      case 'app-engine':
        return account(projectId === undefined ? undefined : appEngineDefaultEmail(projectId));
      case 'agent':
        return account(projectNumber === undefined ? undefined : serviceAgentEmail(identity.producer, projectNumber));
      case 'build':
        // One of both; which is a setting of the project.
        if (projectNumber === undefined) return account(undefined);
        return [
          ...account(legacyBuildEmail(projectNumber), 'unknown'),
          ...account(computeDefaultEmail(projectNumber), 'unknown'),
        ];
      default:
        return identity satisfies never;
    }
  }

  #account(email: string): NodeId {
    return this.#context.members.serviceAccount(email);
  }

  #member(member: PoolMember | undefined, certainty: Certainty): readonly RuntimeIdentity[] {
    return member === undefined ? [] : [{ to: this.#context.members.poolMember(member), certainty }];
  }
}

function surestOf(identities: readonly RuntimeIdentity[]): readonly RuntimeIdentity[] {
  const rank: readonly Certainty[] = ['allow', 'conditional', 'unknown'];
  const found = new Map<NodeId, Certainty>();
  for (const { to, certainty } of identities) {
    const known = found.get(to);
    if (known === undefined || rank.indexOf(certainty) < rank.indexOf(known)) found.set(to, certainty);
  }
  return [...found].map(([to, certainty]) => ({ to, certainty }));
}

/** Accounts of each project that people own, by every place that names one. */
function accountsByScope(input: GcpInput, directory: ProjectDirectory): ReadonlyMap<NodeId, ReadonlySet<string>> {
  const found = new Map<NodeId, Set<string>>();
  const seen = new Set<string>();
  const add = (text: string): void => {
    const email = text.toLowerCase();
    if (seen.has(email)) return;
    seen.add(email);
    const read = readAccountEmail(email, directory);
    if (read === undefined || read.kind === 'service-agent') return;
    const scope = scopeOfAccount(read, directory);
    if (scope === undefined) return;
    const of = found.get(scope) ?? new Set();
    of.add(email);
    found.set(scope, of);
  };
  for (const { assetType, name, resource, iamPolicy } of input.assets?.items ?? []) {
    if (assetType === 'iam.googleapis.com/ServiceAccount') {
      add(fieldText(resource?.data, 'email') ?? name.slice(name.lastIndexOf('/') + 1));
    }
    for (const { members } of iamPolicy?.bindings.items ?? []) {
      for (const member of members)
        if (member.startsWith('serviceAccount:')) add(member.slice('serviceAccount:'.length));
    }
  }
  for (const { name } of input.serviceAccountKeys?.items ?? []) {
    const email = /\/serviceAccounts\/([^/]+)\/keys\//.exec(name)?.[1];
    if (email !== undefined) add(email);
  }
  return found;
}
