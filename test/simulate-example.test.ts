import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('examples/simulate.mjs answers every question as it expects', async () => {
  const example = fileURLToPath(new URL('../examples/simulate.mjs', import.meta.url));
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [example], (error, out, err) =>
      resolve({ code: error?.code ?? 0, stdout: out, stderr: err }),
    );
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual([
    'allow: s3:PutObject (allow)',
    'deny: s3:PutObject (europe-only)',
    'conditional: ecs:UpdateService (depends on aws:MultiFactorAuthPresent)',
    'deny: ecs:UpdateService (identity)',
    'allow: ecs:UpdateService (allow)',
  ]);
});
