import type { ListedResource } from '../bundle/resource-list.ts';
import { valuesAt } from './property-path.ts';

const DOMAIN = 'AWS::SageMaker::Domain';
const PROFILE = 'AWS::SageMaker::UserProfile';
const SPACE = 'AWS::SageMaker::Space';

/** Studio resources that say themselves, or by what they belong to, which role they run as. */
export const STUDIO_TYPES: ReadonlySet<string> = new Set([PROFILE, SPACE]);

/** Where the role of a Studio resource is told: some properties, and a path in them; undefined where nothing tells it. */
export type StudioRole = { readonly properties: ListedResource['Properties']; readonly path: string } | undefined;

/**
 * Roles of SageMaker Studio that stand on another resource (aws.md 3.6): a user profile without a role of its own has the
 * one of its domain, a private space that of its owner, a shared space the one its domain has for shared spaces.
 */
export class StudioRoles {
  readonly #domains = new Map<string, ListedResource>();
  /** `domain name` → profile. */
  readonly #profiles = new Map<string, ListedResource>();

  constructor(resources: readonly ListedResource[]) {
    for (const resource of resources) {
      const { TypeName, Identifier, Properties } = resource;
      if (TypeName === DOMAIN) this.#domains.set(Identifier.slice(Identifier.lastIndexOf('/') + 1), resource);
      const name = TypeName === PROFILE ? textAt(Properties, 'UserProfileName') : undefined;
      const domain = textAt(Properties, 'DomainId');
      if (name !== undefined && domain !== undefined) this.#profiles.set(`${domain} ${name}`, resource);
    }
  }

  /** Where the role of a user profile or space is told. */
  of({ TypeName, Properties }: ListedResource): StudioRole {
    const domain = this.#domains.get(textAt(Properties, 'DomainId') ?? '')?.Properties;
    if (TypeName === PROFILE) {
      return told(Properties, 'UserSettings.ExecutionRole') ?? told(domain, 'DefaultUserSettings.ExecutionRole');
    }
    switch (textAt(Properties, 'SpaceSharingSettings.SharingType')?.toLowerCase()) {
      case 'shared':
        return told(domain, 'DefaultSpaceSettings.ExecutionRole');
      case 'private': {
        const owner = textAt(Properties, 'OwnershipSettings.OwnerUserProfileName') ?? '';
        const profile = this.#profiles.get(`${textAt(Properties, 'DomainId')} ${owner}`);
        return profile === undefined ? undefined : this.of(profile);
      }
      default:
        return undefined;
    }
  }
}

function told(properties: ListedResource['Properties'] | undefined, path: string): StudioRole {
  return properties === undefined || valuesAt(properties, path).length === 0 ? undefined : { properties, path };
}

function textAt(properties: unknown, path: string): string | undefined {
  const [value] = valuesAt(properties, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
