import { visibilityOf } from './permission-visibility.ts';

/** What would tell of the use of a permission, by its v1 name; completes the sentence "… would tell". */
export function gcpUseToldBy(permission: string): string {
  const where = visibilityOf(permission);
  switch (where.in) {
    case 'activity':
      return 'Admin Activity logs of every project over the whole window';
    case 'data_access':
      return `Data Access logs (${where.types.join(', ')}) of \`${where.services[0]}\` in every project over the whole window`;
    case 'either':
      return `Admin Activity logs, and Data Access logs of all types of \`${where.services[0]}\`, of every project over the whole window`;
    case 'nowhere':
      return 'nothing that Google Cloud records';
    default:
      return where satisfies never;
  }
}
