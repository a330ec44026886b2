import type { NodeId } from '@keyreach/core/graph';
import { GCP, serviceAccountId } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { ProjectDirectory } from './project-directory.ts';
import { readServiceAccountEmail, type ServiceAccountEmail } from './service-account-email.ts';

/**
 * Adds the service agents among the service accounts that are named anywhere (gcp.md 1.5, 1.8), and notes of the others what
 * their e-mails tell: `defaultFor` a service, `foreignProject` where the project is known to be none of the input (gcp.md 7.2).
 */
export function addServiceAgents({ nodes, directory, members }: NormalizeContext): void {
  const foreign = knowsAllProjects(directory);
  for (const email of [...members.serviceAccounts].sort()) {
    const read = readAccountEmail(email, directory);
    if (read === undefined) continue;
    const id = serviceAccountId(email);
    const scope = scopeOfAccount(read, directory);
    const outside = foreign && scope === undefined && tellsContainer(read) ? { foreignProject: true } : {};
    if (read.kind !== 'service-agent') {
      const defaultFor = read.kind === 'default' ? { defaultFor: read.service } : {};
      nodes.note(id, { attributes: { ...outside, ...defaultFor } });
      continue;
    }
    const { producer, service } = read;
    nodes.add({
      kind: 'identity',
      id,
      provider: GCP,
      type: 'service-agent',
      name: email,
      nature: 'machine',
      ...(scope === undefined ? {} : { scope }),
      providerManaged: true,
      attributes: { email, producer, ...(service === undefined ? {} : { service }), ...outside },
    });
  }
}

/** {@link readServiceAccountEmail}, with the projects of the input in mind. */
export function readAccountEmail(email: string, directory: ProjectDirectory): ServiceAccountEmail | undefined {
  return readServiceAccountEmail(email, (number) => directory.projectScope(number) !== undefined);
}

/** The scope in the input that an account lies in or an agent serves. */
export function scopeOfAccount(read: ServiceAccountEmail, directory: ProjectDirectory): NodeId | undefined {
  switch (read.kind) {
    case 'user-managed':
      return directory.projectScope(read.projectId);
    case 'default': {
      const project = read.projectNumber ?? read.projectId;
      return project === undefined ? undefined : directory.projectScope(project);
    }
    case 'service-agent':
      return read.serves === undefined
        ? undefined
        : directory.known(directory.scopeIdOf(`${read.serves.kind}/${read.serves.id}`));
    default:
      return read satisfies never;
  }
}

function tellsContainer(read: ServiceAccountEmail): boolean {
  return read.kind !== 'service-agent' || read.serves !== undefined;
}

/** Whether a project that is not found is another's: an organization is listed, and both names of every project are known. */
function knowsAllProjects(directory: ProjectDirectory): boolean {
  const scopes = [...directory.scopes];
  return (
    scopes.some(({ kind, listed }) => kind === 'organizations' && listed) &&
    scopes.every(
      ({ kind, projectId, projectNumber }) =>
        kind !== 'projects' || (projectId !== undefined && projectNumber !== undefined),
    )
  );
}
