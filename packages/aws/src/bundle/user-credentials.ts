import {
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readListFile,
  requiredString,
} from '@keyreach/core/input';

/** A console password. */
export interface LoginProfile {
  readonly UserName: string;
  readonly CreateDate?: string;
}

/** An MFA device of a user. */
export interface MfaDevice {
  readonly UserName: string;
  readonly SerialNumber: string;
}

/** A credential of a user other than password and access key, without its body. */
export interface UserCredential {
  readonly UserName: string;
  readonly id: string;
  readonly Status: 'Active' | 'Inactive' | 'Expired' | undefined;
  readonly created?: string;
  readonly expires?: string;
  /** Service-specific credentials: the endpoint they work on, e.g. `codecommit.amazonaws.com`. */
  readonly ServiceName?: string;
}

/** Reads login-profiles.json: GetLoginProfile of every user that has a password. */
export function readLoginProfiles(raw: unknown, report: Report): Listed<LoginProfile> | undefined {
  return readListFile(raw, 'LoginProfiles', report, (profile, where) => {
    const UserName = requiredString(profile, 'UserName', where, report);
    if (UserName === undefined) return undefined;
    const CreateDate = optionalTimestamp(profile, 'CreateDate', where, report);
    return { UserName, ...(CreateDate === undefined ? {} : { CreateDate }) };
  });
}

/** Reads mfa-devices.json: ListMFADevices of every user. */
export function readMfaDevices(raw: unknown, report: Report): Listed<MfaDevice> | undefined {
  return readListFile(raw, 'MFADevices', report, (device, where) => {
    const UserName = requiredString(device, 'UserName', where, report);
    const SerialNumber = requiredString(device, 'SerialNumber', where, report);
    return UserName === undefined || SerialNumber === undefined ? undefined : { UserName, SerialNumber };
  });
}

/** Reads signing-certificates.json: ListSigningCertificates of every user. */
export function readSigningCertificates(raw: unknown, report: Report): Listed<UserCredential> | undefined {
  return readListFile(raw, 'Certificates', report, (certificate, where) =>
    readCredential(certificate, where, report, { id: 'CertificateId', created: 'UploadDate' }),
  );
}

/** Reads ssh-public-keys.json: ListSSHPublicKeys of every user. */
export function readSshPublicKeys(raw: unknown, report: Report): Listed<UserCredential> | undefined {
  return readListFile(raw, 'SSHPublicKeys', report, (key, where) =>
    readCredential(key, where, report, { id: 'SSHPublicKeyId', created: 'UploadDate' }),
  );
}

/** Reads service-specific-credentials.json: ListServiceSpecificCredentials of every user. */
export function readServiceSpecificCredentials(raw: unknown, report: Report): Listed<UserCredential> | undefined {
  return readListFile(raw, 'ServiceSpecificCredentials', report, (credential, where) =>
    readCredential(credential, where, report, { id: 'ServiceSpecificCredentialId', created: 'CreateDate' }),
  );
}

function readCredential(
  raw: RawRecord,
  where: string,
  report: Report,
  keys: { readonly id: string; readonly created: string },
): UserCredential | undefined {
  const UserName = requiredString(raw, 'UserName', where, report);
  const id = requiredString(raw, keys.id, where, report);
  if (UserName === undefined || id === undefined) return undefined;
  // Ids are short and plain; anything else here may be the secret in the wrong place.
  if (!/^[A-Za-z0-9_-]{8,128}$/.test(id)) {
    report(`${where}.${keys.id}`, 'the id of a credential');
    return undefined;
  }
  const status = raw['Status'];
  const Status = status === 'Active' || status === 'Inactive' || status === 'Expired' ? status : undefined;
  if (Status === undefined) report(`${where}.Status`, '`Active`, `Inactive` or `Expired`');
  const created = optionalTimestamp(raw, keys.created, where, report);
  const expires = optionalTimestamp(raw, 'ExpirationDate', where, report);
  const ServiceName = optionalString(raw, 'ServiceName', where, report);
  return {
    UserName,
    id,
    Status,
    ...(created === undefined ? {} : { created }),
    ...(expires === undefined ? {} : { expires }),
    ...(ServiceName === undefined ? {} : { ServiceName }),
  };
}
