import type { AnalysisEngine } from './engine.ts';
import type { Bound, IdentityUse, SubjectRow } from './results.ts';

/** The sentences a summary opens with: the first is the one thing to act on. Plain text, names as in the input. */
export function headlineOf(
  engine: AnalysisEngine,
  rows: readonly SubjectRow[],
  unused: readonly IdentityUse[],
): readonly string[] {
  const lines: string[] = [];
  const first = rows[0];
  if (first !== undefined) lines.push(actOn(engine, first));
  else lines.push('nothing to rank: the input holds no credential and no identity that can act');
  const admins = rows.filter((row) => row.admin.some((one) => one.certainty === 'allow'));
  if (admins.length > 0) {
    const keys = admins.filter((row) => row.kind === 'credential').length;
    lines.push(
      `${admins.length} of ${rows.length} credentials, and identities without a listed one, lead to full control of ${kinds(engine, admins)}` +
        (keys > 0 ? `, ${keys} of them by a credential that can be copied or lost` : ''),
    );
  }
  const idle = unused.filter((one) => one.state === 'unused').length;
  const unclear = unused.filter((one) => one.state === 'unknown').length;
  if (idle > 0) lines.push(`${idle} identities were not used in the whole window`);
  if (unclear > 0) lines.push(`for ${unclear} identities the input cannot tell whether anybody uses them`);
  return lines;
}

function actOn(engine: AnalysisEngine, row: SubjectRow): string {
  const type = words(row.type);
  const what = row.name.startsWith(type) ? row.name : `${type} ${row.name}`;
  const of = row.kind === 'credential' ? ` of ${engine.graph.node(row.identity)?.name ?? row.identity}` : '';
  const age = row.kind === 'credential' && row.ageDays !== null ? `, ${row.ageDays} days old,` : '';
  return `${row.action.lo}: ${what}${of}${age} ${opens(engine, row)}`;
}

/** What is controlled, by its kinds: `an account`, `an account or project`. */
function kinds(engine: AnalysisEngine, rows: readonly SubjectRow[]): string {
  const sure = rows.flatMap(({ admin }) => admin.filter((one) => one.certainty === 'allow'));
  const types = [...new Set(sure.map(({ scope }) => kindOf(engine, scope)))].sort();
  return `${/^[aeiou]/.test(types[0] ?? '') ? 'an' : 'a'} ${types.join(' or ')}`;
}

function kindOf(engine: AnalysisEngine, scope: string): string {
  return words(engine.graph.node(scope)?.type ?? 'account');
}

function opens(engine: AnalysisEngine, row: SubjectRow): string {
  const sure = row.admin.filter((one) => one.certainty === 'allow');
  const scopes = (list: SubjectRow['admin']): string =>
    list.length <= 2
      ? list.map((one) => `${kindOf(engine, one.scope)} ${one.name}`).join(' and ')
      : `${list.length} ${new Set(list.map((one) => kindOf(engine, one.scope))).size === 1 ? `${kindOf(engine, list[0]!.scope)}s` : 'scopes'}`;
  if (sure.length > 0) {
    const far = Math.max(...sure.map((one) => one.distance));
    const how = far === 0 ? '' : far === 1 ? ' over one other identity' : ` over up to ${far} other identities`;
    return `gives full control of ${scopes(sure)}${how}`;
  }
  if (row.admin.length > 0) return `may give full control of ${scopes(row.admin)}`;
  return `reaches ${bound(row.identities)} other identities and ${bound(row.resources)} listed resources`;
}

function bound({ lo, hi }: Bound): string {
  if (hi === null) return `at least ${lo ?? 0}`;
  return lo === hi ? `${lo}` : `${lo ?? 0} to ${hi}`;
}

function words(type: string): string {
  return type.replaceAll('-', ' ');
}
