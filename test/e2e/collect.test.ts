import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CommandRun } from '../run-command.ts';
import { filesOf, gapsOf, jsonOf } from './bundle-on-disk.ts';
import { answeredTwice, openScene, type Scene } from './scene.ts';
import { staff } from './seed-accounts.ts';

/** What `radius --json` says, as far as these tests read it. */
interface Radius {
  readonly reaches: readonly { readonly id: string; readonly certainty: string }[];
  readonly admin: readonly { readonly scope: string; readonly certainty: string }[];
}

const estate = inject('estate');
const { Shop, Payments, Sandbox, Closed } = estate.organization.accounts;
const iamFile = (account: string, name: string): string => `accounts/${account}/iam/${name}`;

let scene: Scene;
let collected: CommandRun;
beforeAll(async () => {
  scene = await openScene(estate);
  collected = await scene.collect();
});
afterAll(() => scene?.close());

async function radius(key: string): Promise<Radius> {
  const ran = await scene.run(['radius', key, scene.bundle, '--json', '-', '--quiet']);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return JSON.parse(ran.stdout) as Radius;
}

const sure = (list: readonly { readonly id: string; readonly certainty: string }[]): readonly string[] =>
  list.filter(({ certainty }) => certainty === 'allow').map(({ id }) => id);

describe('a collection of an organization', () => {
  it('ends well', () => {
    expect([collected.code, collected.stderr]).toEqual([0, expect.not.stringContaining('rror')]);
  });

  it('knows every call it makes, and makes none twice', () => {
    const unanswered = scene.server.calls.filter(({ unanswered }) => unanswered);
    expect(unanswered.map(({ service, action }) => `${service} ${action}`)).toEqual([]);
    expect(answeredTwice(scene.server.calls)).toEqual([]);
  });

  it('writes the tree of the organization, every page of it', () => {
    const { organization } = estate;
    const written = jsonOf<{
      readonly OrganizationalUnits: readonly { readonly Id: string; readonly ParentId: string }[];
      readonly Accounts: readonly { readonly Id: string; readonly ParentId: string }[];
      readonly Policies: readonly { readonly Id: string; readonly Type: string }[];
      readonly PolicyAttachments: readonly { readonly PolicyId: string; readonly TargetIds: readonly string[] }[];
    }>(scene.bundle, 'organization.json');
    const { rootId, units } = organization;
    expect(Object.fromEntries(written.OrganizationalUnits.map(({ Id, ParentId }) => [Id, ParentId]))).toEqual({
      [units.Production]: rootId,
      [units.Payments]: units.Production,
      [units.Sandbox]: rootId,
    });
    expect(Object.fromEntries(written.Accounts.map(({ Id, ParentId }) => [Id, ParentId]))).toEqual({
      [estate.management]: rootId,
      [Shop]: units.Production,
      [Payments]: units.Payments,
      [Sandbox]: units.Sandbox,
      [Closed]: units.Sandbox,
    });
    expect(written.Accounts.length).toBe(5);
    const attached = written.PolicyAttachments.filter(({ PolicyId }) => PolicyId === organization.sandboxPolicyId);
    expect(attached).toEqual([{ PolicyId: organization.sandboxPolicyId, TargetIds: [units.Sandbox] }]);
  });

  it('writes every user and key of every active account, and asks a closed one nothing', () => {
    for (const account of [estate.management, Shop, Payments, Sandbox]) {
      const files = Object.keys(filesOf(scene.bundle));
      const names = ['account-authorization-details.json', 'access-keys.json', 'credential-report.csv'];
      expect(files).toEqual(expect.arrayContaining(names.map((name) => iamFile(account, name))));
    }
    const details = jsonOf<{ readonly UserDetailList: readonly { readonly UserName: string }[] }>(
      scene.bundle,
      iamFile(Shop, 'account-authorization-details.json'),
    );
    const users = details.UserDetailList.map(({ UserName }) => UserName).sort();
    expect(users).toEqual(['auditor', 'builder', 'deployer', ...staff]);
    const keys = jsonOf<
      readonly { readonly AccessKeyId: string; readonly LastUsed?: { readonly LastUsedDate?: string } }[]
    >(scene.bundle, iamFile(Shop, 'access-keys.json'));
    expect(keys.map(({ AccessKeyId }) => AccessKeyId).sort()).toEqual(Object.values(estate.shop).sort());
    const used = keys.filter(({ LastUsed }) => LastUsed?.LastUsedDate !== undefined);
    expect(used.map(({ AccessKeyId }) => AccessKeyId)).toEqual([estate.shop.deployer]);

    expect(scene.server.calls.filter(({ account }) => account === Closed)).toEqual([]);
    expect(scene.server.calls.filter(({ request }) => request.includes(`${Closed}%3Arole`))).toEqual([]);
    expect(gapsOf(scene.bundle).filter(({ scope }) => scope.includes(Closed))).not.toEqual([]);
  });

  it('writes functions and resource policies of every region', () => {
    const resources = jsonOf<{ readonly Resources: unknown } | readonly unknown[]>(
      scene.bundle,
      `accounts/${Payments}/resources.json`,
    );
    const text = JSON.stringify(resources);
    for (const name of ['settle', 'report', 'archive']) {
      expect(text).toContain(`"FunctionName":"${name}"`);
    }
    expect(text).toContain(':settlements');
    expect(text).toContain('secretsmanager:GetSecretValue');
    expect(JSON.stringify(jsonOf(scene.bundle, `accounts/${Shop}/resources.json`))).toContain(`shop-orders-${Shop}`);
  });

  it('finds that the leaked key falls all of the other account, by the function', async () => {
    for (const key of [estate.shop.deployer, estate.shop.deployerSpare]) {
      const { reaches, admin } = await radius(key);
      const reached = sure(reaches);
      expect(reached).toContain(`arn:aws:iam::${Payments}:role/release`);
      expect(reached).toContain(`arn:aws:iam::${Payments}:role/settle`);
      expect(reached).toContain(`arn:aws:lambda:us-east-1:${Payments}:function:settle`);
      expect(admin.filter(({ certainty }) => certainty === 'allow').map(({ scope }) => scope)).toEqual([
        `arn:aws:account::${Payments}:account`,
      ]);
    }
  });

  it('does not find what a boundary, a policy of the organization or a missing grant keeps back', async () => {
    const builder = await radius(estate.shop.builder);
    expect(sure(builder.reaches)).toContain(`arn:aws:iam::${Shop}:role/build`);
    expect(builder.admin).toEqual([]);
    const auditor = await radius(estate.shop.auditor);
    expect(sure(auditor.reaches).filter((id) => id.includes(':role/'))).toEqual([]);
    expect(auditor.admin).toEqual([]);
    const player = await radius(estate.player);
    expect(sure(player.reaches).filter((id) => id.includes(':role/'))).toEqual([]);
    expect(player.admin).toEqual([]);
  });

  it('is analysed as a whole', async () => {
    const ran = await scene.run(['analyze', scene.bundle, '--json', '-', '--quiet']);
    expect(ran.code).toBe(0);
    const { subjects } = JSON.parse(ran.stdout) as { readonly subjects: readonly { readonly subject: unknown }[] };
    expect(subjects.length).toBeGreaterThan(4);
  });

  it('lets no secret out', () => {
    expect(scene.secrets.size).toBeGreaterThan(20);
    expect(scene.leaks()).toEqual([]);
  });
});
