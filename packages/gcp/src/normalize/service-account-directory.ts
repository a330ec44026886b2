import type { GcpInput } from '../bundle/gcp-input.ts';
import { fieldText } from './field-values.ts';

/** Type of the assets that are service accounts. */
export const SERVICE_ACCOUNT_TYPE = 'iam.googleapis.com/ServiceAccount';

/** A service account by a name that has it: by e-mail or unique id, of the project in it. */
export interface NamedAccount {
  /** E-mail in lower case; the unique id where the input does not tell the e-mail of it. */
  readonly email: string;
  /** As written: id, number or `-`. */
  readonly project: string;
  /** What follows the account in the name. */
  readonly rest: string;
}

/** Service accounts that the input lists: e-mails of unique ids (gcp.md 1.2). */
export class ServiceAccountDirectory {
  readonly #emails = new Map<string, string>();

  constructor(input: GcpInput) {
    const pairs: (readonly [uniqueId: string, email: string])[] = [];
    for (const { assetType, resource } of input.assets?.items ?? []) {
      if (assetType !== SERVICE_ACCOUNT_TYPE || resource === undefined) continue;
      const uniqueId = fieldText(resource.data, 'uniqueId');
      const email = fieldText(resource.data, 'email');
      if (uniqueId !== undefined && email !== undefined) pairs.push([uniqueId, email.toLowerCase()]);
    }
    pairs.sort(([leftId, left], [rightId, right]) => (`${leftId} ${left}` < `${rightId} ${right}` ? -1 : 1));
    for (const [uniqueId, email] of pairs) if (!this.#emails.has(uniqueId)) this.#emails.set(uniqueId, email);
  }

  /** E-mail of a unique id. */
  emailOf(uniqueId: string): string | undefined {
    return this.#emails.get(uniqueId);
  }

  /** Reads `//iam.googleapis.com/projects/P/serviceAccounts/X…`, with or without host; undefined for other names. */
  read(name: string): NamedAccount | undefined {
    const match = /^(?:\/\/iam\.googleapis\.com\/)?projects\/([^/]+)\/serviceAccounts\/([^/]+)(?:\/(.*))?$/s.exec(name);
    if (match === null) return undefined;
    const [, project = '', account = '', rest = ''] = match;
    return { email: this.#emails.get(account) ?? account.toLowerCase(), project, rest };
  }
}
