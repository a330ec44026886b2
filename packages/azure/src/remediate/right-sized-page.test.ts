import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { whole } from '../normalize/testing/tenant.ts';
import { activityLogOf, assigned, block, proposed, RG, role } from './testing/sized-tenant.ts';

const page = readFileSync(
  fileURLToPath(new URL('../../../../docs/right-sized-role-azure.md', import.meta.url)),
  'utf8',
);

function example(name: string): string {
  const start = page.indexOf('```', page.indexOf(`<!-- ${name} -->`));
  const text = page.indexOf('\n', start) + 1;
  return page.slice(text, page.indexOf('```', text));
}

it('has an example that is what comes out', () => {
  const contributor = role('contributor', block({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] }));
  const { bindings, roles } = proposed(
    { roleDefinitions: whole(contributor), roleAssignments: whole(assigned('contributor', RG)) },
    activityLogOf({ 'Microsoft.Compute/virtualMachines/runCommand/action': 'used' }),
  );
  expect(example('the role of the example')).toBe(roles[0]?.text);
  const commands = [...roles.map(({ command }) => command), ...bindings.flatMap((change) => change.commands)];
  expect(example('the commands of the example')).toBe(`${commands.join('\n')}\n`);
});
