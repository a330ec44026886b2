import type { NodeId } from '@keyreach/core/graph';
import type { EntraApplication, EntraServicePrincipal } from '../bundle/azure-input.ts';
import { entraId } from './azure-ids.ts';
import { isMicrosoftTenant } from './first-party.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { typeOfServicePrincipal } from './register-directory.ts';
import { UNKNOWN_TENANT } from './tenant-of.ts';

/** An identity that an application is, in the tenant. */
export interface ApplicationInstance {
  readonly id: NodeId;
  /** Whether the input lists it; otherwise it is there perhaps. */
  readonly listed: boolean;
  readonly accountEnabled?: boolean;
}

/** Which applications and service principals belong together, by app id (azure.md 2). */
export class ApplicationDirectory {
  /** Each once, in the order of ids. */
  readonly applications: readonly EntraApplication[];
  readonly servicePrincipals: readonly EntraServicePrincipal[];
  readonly #context: NormalizeContext;
  readonly #applications = new Map<string, EntraApplication>();
  readonly #instances = new Map<string, ApplicationInstance[]>();
  readonly #agents = new Map<string, ApplicationInstance[]>();

  constructor(context: NormalizeContext) {
    this.#context = context;
    this.applications = context.distinct.of(context.input.applications);
    this.servicePrincipals = context.distinct.of(context.input.servicePrincipals);
    for (const one of this.applications) {
      const appId = one.appId.toLowerCase();
      if (!this.#applications.has(appId)) this.#applications.set(appId, one);
    }
    for (const one of this.servicePrincipals) {
      const isAgent = typeOfServicePrincipal(one) === 'agent';
      const instance = {
        id: entraId(context.tenant, one.id),
        listed: true,
        ...(one.accountEnabled === undefined ? {} : { accountEnabled: one.accountEnabled }),
      };
      if (!isAgent) add(this.#instances, one.appId, instance);
      if (isAgent && one.agentIdentityBlueprintId !== undefined) {
        add(this.#agents, one.agentIdentityBlueprintId, instance);
      }
    }
  }

  /** The application with an app id, where it is listed. */
  application(appId: string): EntraApplication | undefined {
    return this.#applications.get(appId.toLowerCase());
  }

  /**
   * The service principals of an application. Where the list of service principals is not whole there may be one that is not
   * listed: it has a node of its own.
   */
  instancesOf(appId: string): readonly ApplicationInstance[] {
    const known = this.#instances.get(appId.toLowerCase());
    if (known !== undefined || this.#context.input.servicePrincipals?.complete === true) return known ?? [];
    const name = `serviceprincipals(appid='${appId.toLowerCase()}')`;
    const id = this.#context.principals.name(name, { type: 'service-principal', appId });
    return [{ id, listed: false }];
  }

  /** Agents of a blueprint, by its app id: its credentials make tokens of all of them (azure.md 2). */
  agentsOf(appId: string): readonly ApplicationInstance[] {
    return this.#agents.get(appId.toLowerCase()) ?? [];
  }

  /** Whether the owner of a service principal is another tenant; undefined where the input does not tell. */
  isForeign(one: EntraServicePrincipal): boolean | undefined {
    if (typeOfServicePrincipal(one) !== 'service-principal') return false;
    if (this.isFirstParty(one)) return true;
    const { appOwnerOrganizationId: owner } = one;
    if (owner === undefined || this.#context.tenant === UNKNOWN_TENANT) {
      return this.application(one.appId) === undefined ? undefined : false;
    }
    return owner.toLowerCase() !== this.#context.tenant;
  }

  /** Whether it is Microsoft's own; not so in a tenant of Microsoft, where own applications look the same. */
  isFirstParty({ appOwnerOrganizationId: owner }: EntraServicePrincipal): boolean {
    return owner !== undefined && isMicrosoftTenant(owner) && owner.toLowerCase() !== this.#context.tenant;
  }
}

function add(map: Map<string, ApplicationInstance[]>, appId: string, instance: ApplicationInstance): void {
  const key = appId.toLowerCase();
  const list = map.get(key) ?? [];
  list.push(instance);
  map.set(key, list);
}
