import { isRecord, type Listed, type Report, readList } from '@keyreach/core/input';
import type { EntraFederatedCredential } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

const ON_IDENTITY = '/federatedidentitycredentials/';

/**
 * Reads graph/federatedIdentityCredentials.json: `[{ parent, value: [...] }]`, of applications and user-assigned identities
 * (azure.md 2, 4.4). Credentials one by one are taken where each tells what it is on: by `parent`, or by its id.
 */
export function readFederatedCredentials(raw: unknown, report: Report): Listed<EntraFederatedCredential> | undefined {
  let isWhole = true;
  const list = isRecord(raw) && typeof raw['parent'] === 'string' ? [raw] : raw;
  const listed = readPages(list, report, (element, where): readonly EntraFederatedCredential[] | undefined => {
    const fields = new RecordFields(element, where, report);
    const parent = fields.text('parent');
    if (parent !== undefined && element['value'] !== undefined) {
      const inner = readList(element['value'], `${where}.value`, report, (one, place) =>
        readCredential(RecordFields.ofResourceManager(one, place, report), parent),
      );
      isWhole &&= inner.complete;
      return inner.items;
    }
    const credential = readCredential(RecordFields.ofResourceManager(element, where, report), parent);
    return credential === undefined ? undefined : [credential];
  });
  if (listed === undefined) return undefined;
  return { items: listed.items.flat(), complete: listed.complete && isWhole };
}

function readCredential(fields: RecordFields, given: string | undefined): EntraFederatedCredential | undefined {
  const id = fields.required('id');
  const issuer = fields.required('issuer');
  const parent = given ?? parentOf(id);
  if (id !== undefined && parent === undefined) fields.report(`${fields.where}.parent`, 'what the credential is on');
  if (id === undefined || issuer === undefined || parent === undefined) return undefined;
  const subject = fields.text('subject');
  const expression = fields.inner('claimsMatchingExpression');
  const value = expression.decisiveText('value');
  const version = expression.raw['languageVersion'];
  if (subject === undefined && value === undefined) {
    fields.report(`${fields.where}.subject`, 'a subject, or an expression in `claimsMatchingExpression`');
    return undefined;
  }
  return {
    parent,
    id,
    issuer,
    audiences: fields.words('audiences'),
    ...told({
      name: fields.text('name'),
      subject,
      claimsMatchingExpression:
        value === undefined
          ? undefined
          : { value, ...(typeof version === 'number' ? { languageVersion: version } : {}) },
    }),
  };
}

/** `…/userAssignedIdentities/N/federatedIdentityCredentials/X` is on what stands before. */
function parentOf(id: string | undefined): string | undefined {
  const at = id?.toLowerCase().lastIndexOf(ON_IDENTITY) ?? -1;
  return at > 0 ? id?.slice(0, at) : undefined;
}
