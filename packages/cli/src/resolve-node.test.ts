import { awsInputFromObjects, normalizeAws } from '@keyreach/aws/offline';
import { azureInputFromObjects, normalizeAzure } from '@keyreach/azure/offline';
import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { decisionModel } from './engine.ts';
import { checkAction, resolveTarget } from './resolve-node.ts';
import { UsageError } from './usage-error.ts';

const A = '111111111111';
const bucket = (Identifier: string): unknown => ({
  TypeName: 'AWS::S3::Bucket',
  Identifier,
  Properties: { BucketName: Identifier },
});
const graph = normalizeAws(
  awsInputFromObjects({
    accounts: {
      [A]: {
        authorizationDetails: {
          UserDetailList: [{ UserName: 'mia', UserId: 'AIDAMIA', Arn: `arn:aws:iam::${A}:user/mia`, Path: '/' }],
          GroupDetailList: [],
          RoleDetailList: [],
          Policies: [],
        },
        resources: [bucket('data'), bucket('mia')],
      },
    },
  }),
  { now: '2026-01-01T00:00:00.000Z' },
);
const index = new GraphIndex(graph);

/** The lines of the usage error that `run` ends with. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.lines.join('\n');
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the target of a request', () => {
  it('is an id as it stands, whether or not the input holds it', () => {
    for (const id of [
      '*',
      'arn:aws:s3:::elsewhere/x',
      'arn:aws:s3:::data',
      '//storage.googleapis.com/x',
      '/subscriptions/1',
    ]) {
      expect(resolveTarget(index, id)).toBe(id);
    }
  });

  it('is a name where one node has it', () => {
    expect(resolveTarget(index, 'data')).toBe('arn:aws:s3:::data');
    expect(resolveTarget(index, 'user/mia')).toBe(`arn:aws:iam::${A}:user/mia`);
  });

  it('is refused where no node has the name, also with the signs of an id in it', () => {
    expect(refusal(() => resolveTarget(index, 'dato'))).toBe('no resource `dato` in the input; did you mean `data`?');
    for (const text of ['data/*', 's3:data', 'nothing/like:it']) {
      expect(refusal(() => resolveTarget(index, text))).toContain(`no resource \`${text}\` in the input`);
    }
  });
});

describe('the action of a request', () => {
  const model = decisionModel(graph);

  it('is known in any spelling', () => {
    for (const action of ['s3:GetObject', 'S3:getobject']) expect(checkAction(model, action)).toBeUndefined();
  });

  it('that no catalogue knows is decided all the same, with a note', () => {
    expect(checkAction(model, 's3:GetObjct')).toBe(
      '`s3:GetObjct` is no action the catalogue knows; only wildcards can cover it',
    );
  });

  it('without a service is refused, with those it may stand for', () => {
    expect(refusal(() => checkAction(model, 'getobject'))).toBe(
      '`getobject` is no action; expected the name of one, perhaps `s3:GetObject`, `mediastore:GetObject`, `s3-outposts:GetObject`',
    );
    for (const action of ['Nonsense', ':x', 's3:', 's3: x', '']) {
      expect(refusal(() => checkAction(model, action))).toMatch(
        / is no action; expected the name of one, such as s3:GetObject, storage.objects.get or Microsoft\.Compute\/virtualMachines\/write$/,
      );
    }
  });

  it('of Azure that is one of data is written so', () => {
    const azure = azureInputFromObjects({ users: [{ id: 'u', userPrincipalName: 'mia@contoso.com' }] });
    const tenant = decisionModel(normalizeAzure(azure, { now: '2026-01-01T00:00:00.000Z' }));
    const read = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
    expect(refusal(() => checkAction(tenant, read))).toBe(`\`${read}\` is no action; write \`data:${read}\``);
    for (const action of [`data:${read}`, 'microsoft.compute/virtualmachines/write']) {
      expect(checkAction(tenant, action)).toBeUndefined();
    }
  });

  it('with wildcards is refused: it is many questions', () => {
    expect(refusal(() => checkAction(model, 's3:Get*'))).toBe(
      '`s3:Get*` has wildcards; ask about one action, such as s3:GetObject, storage.objects.get or Microsoft.Compute/virtualMachines/write',
    );
  });
});
