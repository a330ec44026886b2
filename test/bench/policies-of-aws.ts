const CREATED = '2024-03-01T00:00:00Z';

/** Managed policies of AWS as every account lists them, from their texts by name (with the path before it). */
export function policiesOfAws(texts: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.entries(texts).map(([name, Document], number) => ({
    PolicyName: name.slice(name.lastIndexOf('/') + 1),
    PolicyId: `ANPAAWSMANAGED${number}`,
    Arn: `arn:aws:iam::aws:policy/${name}`,
    Path: name.includes('/') ? `/${name.slice(0, name.lastIndexOf('/') + 1)}` : '/',
    DefaultVersionId: 'v1',
    IsAttachable: true,
    CreateDate: CREATED,
    UpdateDate: CREATED,
    PolicyVersionList: [{ Document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: CREATED }],
  }));
}
