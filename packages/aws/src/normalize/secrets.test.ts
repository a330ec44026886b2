import { canonicalJson } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { type AwsInputObjects, awsInputFromObjects } from '../bundle/input-from-objects.ts';
import { normalizeAws } from './normalize.ts';
import { NOW } from './testing/estate.ts';
import { smallBundle } from './testing/small-bundle.ts';

const CANARY = 'canary-wJalrXUtnFEMIK7MDENGbPxRfiCY';

function graphText(objects: AwsInputObjects): string {
  return canonicalJson(normalizeAws(awsInputFromObjects(objects), { now: NOW }));
}

type Path = readonly (string | number)[];

/** Paths of everything below a value. */
function paths(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...path, key]))];
}

/** A copy of the value with one place changed. */
function changed<T>(value: T, path: Path, change: (old: unknown) => unknown): T {
  const copy = structuredClone(value);
  let holder: Record<string | number, unknown> = { copy };
  let key: string | number = 'copy';
  for (const step of path) {
    holder = holder[key] as Record<string | number, unknown>;
    key = step;
  }
  holder[key] = change(holder[key]);
  return path.length === 0 ? (holder['copy'] as T) : copy;
}

/** Objects whose property names are data: tags, claims, conditions, principals. */
const DATA_KEYS: ReadonlySet<string | number> = new Set(['Condition', 'Principal', 'Tags', 'Statement']);

describe('no secret of the input is in the graph', () => {
  const small = smallBundle();
  const all = paths(small);

  it('unknown properties of every object are left behind', () => {
    let count = 0;
    let salted = small;
    for (const path of all) {
      const last = path.at(-1);
      if (path.length < 2 || path.some((step) => DATA_KEYS.has(step)) || path.at(-1) === 'serviceLastAccessed')
        continue;
      if (path.length === 2 || (path.length === 3 && typeof last === 'string' && last !== 'organization')) continue;
      salted = changed(salted, path, (old) => {
        if (typeof old !== 'object' || old === null || Array.isArray(old)) return old;
        count += 1;
        return { ...old, SecretAccessKey: CANARY, Canary: { nested: [CANARY] } };
      });
    }
    expect(count).toBeGreaterThan(60);
    const text = graphText(salted);
    expect(text).not.toContain(CANARY);
    // The salt changed nothing else either.
    expect(text).toBe(graphText(small));
  });

  it('properties that hold secrets in real bundles are left behind', () => {
    const text = graphText({
      ...small,
      accounts: {
        '444455556666': {
          ...small.accounts['444455556666'],
          accessKeys: [
            { UserName: 'ci', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active', SecretAccessKey: CANARY },
          ],
          loginProfiles: [{ UserName: 'ada', Password: CANARY }],
          serviceSpecificCredentials: [
            {
              UserName: 'ada',
              ServiceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
              Status: 'Active',
              ServicePassword: CANARY,
              ServiceCredentialSecret: CANARY,
            },
          ],
          signingCertificates: [
            {
              UserName: 'ada',
              CertificateId: 'TA7SMP42TDN5Z26OBPJE7EXAMPLE',
              Status: 'Active',
              CertificateBody: CANARY,
            },
          ],
          mfaDevices: [{ UserName: 'ada', SerialNumber: CANARY }],
          identityProviders: {
            OpenIDConnectProviders: [],
            SAMLProviders: [{ Arn: 'arn:aws:iam::444455556666:saml-provider/x', SAMLMetadataDocument: CANARY }],
          },
          identityCenter: { secret: CANARY },
          resources: [
            {
              TypeName: 'AWS::Lambda::Function',
              Identifier: 'a',
              Properties: { FunctionName: 'a', Environment: { Variables: { TOKEN: CANARY } }, Role: CANARY },
            },
            {
              TypeName: 'AWS::EC2::Instance',
              Identifier: 'i-1',
              Properties: { UserData: CANARY, IamInstanceProfile: CANARY },
            },
            {
              TypeName: 'AWS::ECS::TaskDefinition',
              Identifier: 'b',
              Properties: { ContainerDefinitions: [{ Environment: [{ Name: 'X', Value: CANARY }] }] },
            },
            {
              TypeName: 'AWS::CodeBuild::Project',
              Identifier: 'c',
              Properties: JSON.stringify({ Environment: { EnvironmentVariables: [{ Value: CANARY }] } }),
            },
            {
              TypeName: 'AWS::Lambda::Permission',
              Identifier: 'd',
              Properties: { FunctionName: CANARY, EventSourceToken: CANARY },
            },
            {
              TypeName: 'AWS::S3::BucketPolicy',
              Identifier: 'e',
              Properties: { Bucket: { Secret: CANARY }, PolicyDocument: { Statement: CANARY } },
            },
            { TypeName: 'AWS::IAM::AccessKey', Identifier: 'f', Properties: { SecretAccessKey: CANARY } },
          ],
        },
      },
    });
    expect(text).not.toContain(CANARY);
  });

  it('no message repeats a value that is not what was expected', () => {
    // Every value in turn is replaced by something that holds a secret and fits nowhere.
    for (const path of all) {
      if (path.length < 2) continue;
      const odd = changed(small, path, (old) =>
        path.at(-1) === 'credentialReport' ? `${old}\n${CANARY},${CANARY}` : { 7: { 7: [{ secret: CANARY }] } },
      );
      const text = graphText(odd);
      expect([path.join('.'), text.includes(CANARY)]).toEqual([path.join('.'), false]);
    }
  });

  it('no message repeats a text that is not what was expected', () => {
    const quiet: ReadonlySet<string | number> = new Set([
      ...[
        'Status',
        'CreateDate',
        'UploadDate',
        'ExpirationDate',
        'LastUsedDate',
        'LastAuthenticated',
        'LastAccessedTime',
      ],
      ...[
        'JobStatus',
        'JobCompletionDate',
        'Effect',
        'Version',
        'TypeName',
        'ActionName',
        'ServiceNamespace',
        'AccessKeyId',
      ],
      ...[
        'CertificateId',
        'SSHPublicKeyId',
        'ServiceSpecificCredentialId',
        'Arn',
        'PolicyArn',
        'PermissionsBoundaryArn',
        'MasterAccountId',
      ],
      ...['ThumbprintList', 'UserData', 'MODE', 'Email', 'CertificateBody'],
    ]);
    // `Status` of an account is a word of the organization that people look for.
    const tried = all.filter(
      (path) => quiet.has(path.at(-1) ?? '') && !(path.includes('Accounts') && path.at(-1) === 'Status'),
    );
    expect(tried.length).toBeGreaterThan(80);
    for (const path of tried) {
      const text = graphText(changed(small, path, () => `${CANARY}/+`));
      expect([path.join('.'), text.includes(CANARY)]).toEqual([path.join('.'), false]);
    }
  });
});
