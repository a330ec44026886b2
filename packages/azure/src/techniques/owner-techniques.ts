import {
  APPLICATION,
  APPLICATION_GIVES_TOKENS,
  all,
  any,
  EDITABLE_GROUP,
  GROUP,
  holds,
  PRINCIPAL_TAKES_CREDENTIALS,
  SERVICE_PRINCIPAL,
} from './directory-requirements.ts';
import { type DirectoryRequirement, type DirectoryTechnique, directoryTable } from './directory-row.ts';

/** The caller owns the target. Where not all owners are in the input anybody may. */
export const OWNS: DirectoryRequirement = any({ listed: 'owners' }, holds('owners-unread'));

/** Ownership, which needs no permission (azure.md 1.5, 3.4). */
export const ownerTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.4', [
  {
    slug: 'own-app',
    title: 'Adds a credential to the application that it owns',
    attack: ['T1098.001'],
    target: APPLICATION,
    requires: all(OWNS, APPLICATION_GIVES_TOKENS),
    yields: 'become-runtime',
  },
  {
    slug: 'own-sp',
    title: 'Adds a credential to the service principal that it owns',
    attack: ['T1098.001'],
    target: SERVICE_PRINCIPAL,
    requires: all(OWNS, PRINCIPAL_TAKES_CREDENTIALS),
    yields: 'become',
  },
  {
    slug: 'own-group',
    title: 'Adds itself to the group that it owns',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(
      any(OWNS, all({ listed: 'eligibleOwners' }, holds('activates-it'))),
      EDITABLE_GROUP,
      holds('management-unrestricted'),
    ),
    yields: 'join',
  },
]);
