import type { GcpAsset, GcpRole } from '../bundle/gcp-input.ts';
import { fieldText, fieldTexts } from './field-values.ts';

const PREFIX = '//iam.googleapis.com/';

/** The custom role that an asset is; undefined where the record does not tell its permissions. */
export function roleOfAsset({ name, resource }: GcpAsset): GcpRole | undefined {
  if (resource === undefined || !name.startsWith(PREFIX)) return undefined;
  const { data } = resource;
  const title = fieldText(data, 'title');
  const stage = fieldText(data, 'stage');
  return {
    name: name.slice(PREFIX.length),
    ...(title === undefined ? {} : { title }),
    includedPermissions: fieldTexts(data, 'includedPermissions[]'),
    ...(stage === undefined ? {} : { stage }),
    ...(data['deleted'] === true ? { deleted: true } : {}),
  };
}
