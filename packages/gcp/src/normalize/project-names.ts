import type { GcpInput } from '../bundle/gcp-input.ts';

const projectNames = /^(?:\/\/cloudresourcemanager\.googleapis\.com\/)?projects\/([^/]{1,100})$/;

/** Ids and numbers of projects, so that the two spellings of one project are one (gcp.md 1.2). */
export class ProjectNames {
  readonly #numbers = new Map<string, string>();

  constructor(input: GcpInput) {
    for (const { name, assetType, resource, ancestors } of input.assets?.items ?? []) {
      if (assetType !== 'cloudresourcemanager.googleapis.com/Project') continue;
      const { projectId, projectNumber, name: own } = resource?.data ?? {};
      const number = [projectNumber, own, name, ancestors[0]].map(numberIn).find((one) => one !== undefined);
      if (typeof projectId === 'string' && number !== undefined) this.#numbers.set(projectId, number);
    }
  }

  /** A full resource name with its project by number, where that is known; everything after the project stays. */
  canonical(name: string): string {
    const at = name.indexOf('projects/');
    if (at === -1 || name.length > 2000) return name;
    const from = at + 'projects/'.length;
    const slash = name.indexOf('/', from);
    const end = slash === -1 ? name.length : slash;
    return `${name.slice(0, from)}${this.#numbers.get(name.slice(from, end)) ?? name.slice(from, end)}${name.slice(end)}`;
  }
}

function numberIn(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = projectNames.exec(value)?.[1] ?? value;
  return /^\d{1,30}$/.test(text) ? text : undefined;
}
