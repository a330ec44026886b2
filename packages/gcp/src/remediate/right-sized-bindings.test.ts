import type { PermissionUse, ProposedBindings, UseState } from '@keyreach/core/analysis';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scopeId, serviceAccountId } from '../normalize/gcp-ids.ts';
import { rightSizedBindings } from './right-sized-bindings.ts';
import { BoundEstate, bucket, ci, folder, organization, project } from './testing/bound-estate.ts';

const options = { now: '2026-06-30T00:00:00.000Z', windowDays: 90 } as const;

const useBy =
  (states: Readonly<Record<string, UseState>>) =>
  (permission: string): PermissionUse => ({ permission, state: states[permission] ?? 'unused', sources: [] });

function proposed(
  estate: BoundEstate,
  states: Readonly<Record<string, UseState>>,
  unknown: 'keep' | 'drop' = 'keep',
): ProposedBindings {
  const model = estate.model();
  const identity = model.graph.identity(serviceAccountId(ci))!;
  const found = rightSizedBindings(model, identity, { ...options, unknown, useOf: useBy(states) });
  if (found.outcome !== 'proposed') throw new Error(found.reasons.join());
  return found;
}

const roleX = ['a.b.get', 'a.b.list', 'a.b.set'];
const member = `serviceAccount:${ci}`;

describe('right-sized bindings', () => {
  it('put a custom role with what is used or unknown in place of a role', () => {
    const estate = new BoundEstate().role('roles/x', roleX).bind('roles/x', project);
    const { bindings, roles } = proposed(estate, { 'a.b.get': 'used', 'a.b.list': 'unknown' });
    expect(bindings).toEqual([
      {
        change: 'replace',
        node: project,
        role: 'roles/x',
        with: 'projects/p/roles/rightsized_ci_1',
        used: 1,
        unused: 1,
        unknown: 1,
        removes: ['a.b.set'],
        commands: [
          `gcloud projects add-iam-policy-binding p --member=${member} --role=projects/p/roles/rightsized_ci_1 --condition=None`,
          `gcloud projects remove-iam-policy-binding p --member=${member} --role=roles/x --condition=None`,
        ],
      },
    ]);
    expect(roles).toMatchObject([
      {
        name: 'projects/p/roles/rightsized_ci_1',
        command: 'gcloud iam roles create rightsized_ci_1 --project=p --file=rightsized_ci_1.yaml',
      },
    ]);
    expect(parse(roles[0]!.text)).toEqual({
      title: `Right-sized: ${ci}`,
      description: 'What is used of the roles it takes the place of.',
      stage: 'GA',
      includedPermissions: ['a.b.get', 'a.b.list'],
    });
  });

  it('drop what is unknown only where that is asked for, and say so', () => {
    const estate = new BoundEstate().role('roles/x', roleX).bind('roles/x', project);
    const { bindings, couldBreak, roles } = proposed(estate, { 'a.b.get': 'used', 'a.b.list': 'unknown' }, 'drop');
    expect(roles[0]?.permissions).toEqual(['a.b.get']);
    expect(bindings[0]?.removes).toEqual(['a.b.list', 'a.b.set']);
    expect(couldBreak[0]?.what).toBe('1 permissions of unknown use are taken away: a.b.list');
  });

  it('leave what is used as a whole, and take away what is not used at all', () => {
    const estate = new BoundEstate()
      .role('roles/x', roleX)
      .role('roles/y', ['c.d.get'])
      .bind('roles/x', project)
      .bind('roles/y', bucket);
    const { bindings, roles } = proposed(estate, { 'a.b.get': 'used', 'a.b.list': 'used', 'a.b.set': 'unknown' });
    expect(bindings.map(({ change, role }) => [role, change])).toEqual(
      expect.arrayContaining([
        ['roles/x', 'keep'],
        ['roles/y', 'remove'],
      ]),
    );
    expect(bindings.find(({ change }) => change === 'remove')?.commands).toEqual([
      `gcloud storage buckets remove-iam-policy-binding gs://b --member=${member} --role=roles/y --condition=None`,
    ]);
    expect(roles).toEqual([]);
  });

  it('keep conditions as they are', () => {
    const cel = "resource.name.startsWith('projects/_/buckets/b:1')";
    const estate = new BoundEstate().role('roles/x', roleX).bind('roles/x', project, serviceAccountId(ci), cel);
    const [change] = proposed(estate, { 'a.b.get': 'used' }).bindings;
    expect(change).toMatchObject({ change: 'replace', condition: cel });
    for (const command of change!.commands) {
      expect(command).toContain(`'--condition=^~^expression=${cel.replaceAll("'", "'\\''")}~title=t'`);
    }
  });

  it('make roles in the organization for what stands above projects', () => {
    const estate = new BoundEstate()
      .role('roles/x', roleX)
      .role('roles/f', ['resourcemanager.folders.get', 'a.b.set'])
      .bind('roles/x', folder)
      .bind('roles/f', project);
    const { roles } = proposed(estate, { 'a.b.get': 'used', 'resourcemanager.folders.get': 'used' });
    expect(roles.map(({ name }) => name.slice(0, 22))).toEqual(['organizations/1/roles/', 'organizations/1/roles/']);
    expect(roles[0]?.command).toContain('--organization=1');
  });

  it('leave roles that nobody knows the permissions of', () => {
    const estate = new BoundEstate();
    const statements = [
      { effect: 'allow', actions: { include: ['a.b.get'], exclude: [] }, index: 0 },
      { effect: 'allow', actions: { include: ['*'], exclude: [] }, index: 1, undecidable: 'more than is known' },
    ] as const;
    const document = estate.builder.document({ provider: 'gcp', statements });
    estate.builder.policy({ id: 'roles/editor', provider: 'gcp', name: 'e', type: 'basic', document });
    const dark = estate.builder.document({ provider: 'gcp', statements: [], unreadable: 'not listed', mayDeny: false });
    estate.builder.policy({ id: 'roles/dark', provider: 'gcp', name: 'd', type: 'predefined', document: dark });
    const { bindings } = proposed(estate.bind('roles/editor', project).bind('roles/dark', project), {});
    expect(bindings.map(({ change, why }) => [change, why?.slice(0, 30)])).toEqual([
      ['keep', 'which permissions the role has'],
      ['keep', 'which permissions the role has'],
    ]);
  });

  it('leave bindings of groups, and say that they stay', () => {
    const estate = new BoundEstate().role('roles/x', roleX).bind('roles/x', organization, 'group:g@x.io');
    const { bindings, staysInForce } = proposed(estate, {});
    expect(bindings).toEqual([]);
    expect(staysInForce).toEqual([
      { what: `\`roles/x\` on \`${organization}\`, by way of \`group:g@x.io\``, why: 'others have it too' },
    ]);
  });

  it('bind what a basic role gave by the way, where it is used', () => {
    const estate = new BoundEstate()
      .role('roles/editor', roleX)
      .role('roles/legacy', ['storage.buckets.get', 'storage.objects.create'])
      .bind('roles/editor', project)
      .bind('roles/legacy', bucket, 'projectEditor:p');
    estate.builder.edge({ type: 'member-of', from: serviceAccountId(ci), to: 'projectEditor:p' });
    const { bindings, roles } = proposed(estate, { 'storage.objects.create': 'used' });
    expect(bindings).toMatchObject([
      { change: 'remove', role: 'roles/editor' },
      { change: 'add', node: bucket, role: 'roles/legacy', with: roles[0]!.name, removes: ['storage.buckets.get'] },
    ]);
    expect(roles[0]?.permissions).toEqual(['storage.objects.create']);
    const kept = proposed(estate, {
      'storage.objects.create': 'used',
      'a.b.get': 'used',
      'a.b.list': 'used',
      'a.b.set': 'used',
    });
    expect(kept.bindings.map(({ change }) => change)).toEqual(['keep']);
  });

  it('bind nothing that it perhaps had by the way', () => {
    const estate = new BoundEstate()
      .role('roles/editor', roleX)
      .role('roles/legacy', ['storage.objects.create'])
      .bind('roles/editor', project)
      .bind('roles/legacy', bucket, 'projectOwner:p');
    const unread = { kind: 'identity', provider: 'gcp', type: 'convenience', name: 'x' } as const;
    estate.builder.node({ ...unread, id: 'projectOwner:p', attributes: { membersUnread: true } });
    const { bindings } = proposed(estate, { 'storage.objects.create': 'used' });
    expect(bindings.map(({ change, role }) => [change, role])).toEqual([['remove', 'roles/editor']]);
  });

  it('are withheld for accounts of Google and for whoever never acts', () => {
    const model = new BoundEstate({ providerManaged: true }).model();
    const identity = model.graph.identity(serviceAccountId(ci))!;
    expect(rightSizedBindings(model, identity, options)).toMatchObject({ outcome: 'withheld' });
    const group = new BoundEstate().model();
    expect(rightSizedBindings(group, group.graph.identity('group:g@x.io')!, options)).toMatchObject({
      outcome: 'withheld',
    });
  });

  it('go by recorded use where nothing else is given', () => {
    const estate = new BoundEstate({ created: '2024-01-01T00:00:00.000Z' })
      .role('roles/x', roleX)
      .bind('roles/x', project);
    const who = serviceAccountId(ci);
    estate.builder.usage({ identity: who, action: 'a.b.get', last: '2026-06-01T00:00:00.000Z', count: 1, source: 's' });
    estate.builder.observation({
      subject: scopeId('organizations', '1'),
      actions: { include: ['a.b.get', 'a.b.set'], exclude: [] },
      granularity: 'action',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-06-29T00:00:00.000Z',
      source: 's',
    });
    const model = estate.model();
    const found = rightSizedBindings(model, model.graph.identity(who)!, options);
    expect(found).toMatchObject({ bindings: [{ used: 1, unused: 1, unknown: 1, removes: ['a.b.set'] }] });
  });
});
