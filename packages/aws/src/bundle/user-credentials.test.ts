import { expect, it } from 'vitest';
import { readWith } from './testing/report.ts';
import {
  readLoginProfiles,
  readMfaDevices,
  readServiceSpecificCredentials,
  readSigningCertificates,
  readSshPublicKeys,
} from './user-credentials.ts';

it('reads login profiles and MFA devices', () => {
  expect(
    readWith((report) => readLoginProfiles([{ UserName: 'a', CreateDate: '2026-01-01', Password: 'x' }], report)),
  ).toEqual({
    value: { items: [{ UserName: 'a', CreateDate: '2026-01-01T00:00:00.000Z' }], complete: true },
    problems: [],
  });
  expect(
    readWith((report) => readMfaDevices({ MFADevices: [{ UserName: 'a', SerialNumber: 's' }, {}] }, report)),
  ).toEqual({
    value: { items: [{ UserName: 'a', SerialNumber: 's' }], complete: false },
    problems: [
      'MFADevices[1].UserName: expected a string, not empty and of ordinary length',
      'MFADevices[1].SerialNumber: expected a string, not empty and of ordinary length',
    ],
  });
});

it('reads the other credentials without their bodies', () => {
  const body = '-----BEGIN CERTIFICATE-----';
  const certificate = {
    UserName: 'a',
    CertificateId: 'TA7SMP42TDN5Z26OBPJE7EXAMPLE',
    CertificateBody: body,
    Status: 'Active',
    UploadDate: '2022-02-01',
  };
  expect(readWith((report) => readSigningCertificates([certificate], report))).toEqual({
    value: {
      items: [{ UserName: 'a', id: certificate.CertificateId, Status: 'Active', created: '2022-02-01T00:00:00.000Z' }],
      complete: true,
    },
    problems: [],
  });
  const key = { UserName: 'a', SSHPublicKeyId: 'APKAEIVFHP46CEXAMPLE', SSHPublicKeyBody: body, Status: 'Inactive' };
  expect(readWith((report) => readSshPublicKeys([key], report)).value?.items).toEqual([
    { UserName: 'a', id: 'APKAEIVFHP46CEXAMPLE', Status: 'Inactive' },
  ]);
  const service = {
    UserName: 'a',
    ServiceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
    ServicePassword: 'x',
    ServiceName: 'bedrock.amazonaws.com',
    ExpirationDate: '2026-01-01',
    Status: 'Expired',
  };
  expect(readWith((report) => readServiceSpecificCredentials([service], report)).value?.items).toEqual([
    {
      UserName: 'a',
      id: 'ACCAEXAMPLE123EXAMPLE',
      Status: 'Expired',
      expires: '2026-01-01T00:00:00.000Z',
      ServiceName: 'bedrock.amazonaws.com',
    },
  ]);
});

it('reports a status and an id it does not know', () => {
  const { value, problems } = readWith((report) =>
    readSshPublicKeys(
      [
        { UserName: 'a', SSHPublicKeyId: 'APKAEIVFHP46CEXAMPLE', Status: 1 },
        { UserName: 'a', SSHPublicKeyId: 'a b' },
      ],
      report,
    ),
  );
  expect(value).toEqual({ items: [{ UserName: 'a', id: 'APKAEIVFHP46CEXAMPLE', Status: undefined }], complete: false });
  expect(problems).toEqual([
    '[0].Status: expected `Active`, `Inactive` or `Expired`',
    '[1].SSHPublicKeyId: expected the id of a credential',
  ]);
});

it.each([
  ['LoginProfiles', readLoginProfiles],
  ['MFADevices', readMfaDevices],
  ['Certificates', readSigningCertificates],
  ['SSHPublicKeys', readSshPublicKeys],
  ['ServiceSpecificCredentials', readServiceSpecificCredentials],
])('refuses another shape than %s', (name, read) => {
  expect(readWith((report) => read({ other: [] }, report))).toEqual({
    value: undefined,
    problems: [`: expected an array, or an object with \`${name}\``],
  });
});
