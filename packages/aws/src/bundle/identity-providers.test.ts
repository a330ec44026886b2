import { expect, it } from 'vitest';
import { readIdentityProviders } from './identity-providers.ts';
import { readWith } from './testing/report.ts';

const OIDC = 'arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com';
const SAML = 'arn:aws:iam::444455556666:saml-provider/idp';
const read = (raw: unknown) => readWith((report) => readIdentityProviders(raw, report));

it('reads both kinds', () => {
  expect(
    read({
      OpenIDConnectProviders: [
        {
          OpenIDConnectProviderArn: OIDC,
          Url: 'x',
          ClientIDList: ['sts.amazonaws.com'],
          Tags: [],
          CreateDate: '2026-01-01',
        },
      ],
      SAMLProviders: [{ Arn: SAML, ValidUntil: '2027-01-01', SAMLMetadataDocument: '<xml/>' }],
    }),
  ).toEqual({
    value: {
      oidc: {
        complete: true,
        items: [
          {
            Arn: OIDC,
            Url: 'x',
            ClientIDList: { items: ['sts.amazonaws.com'], complete: true },
            CreateDate: '2026-01-01T00:00:00.000Z',
            Tags: {},
          },
        ],
      },
      saml: { complete: true, items: [{ Arn: SAML, ValidUntil: '2027-01-01T00:00:00.000Z', Tags: undefined }] },
    },
    problems: [],
  });
});

it('treats a missing list as unknown', () => {
  const { value, problems } = read({ OpenIDConnectProviders: [{ Arn: SAML }, 1] });
  expect(value).toEqual({ oidc: { items: [], complete: false }, saml: { items: [], complete: false } });
  expect(problems).toEqual([
    'OpenIDConnectProviders[0].Arn: expected the ARN of an identity provider',
    'OpenIDConnectProviders[1]: expected an object',
    'SAMLProviders: expected a list, empty if there are none',
  ]);
});

it('refuses another shape', () => {
  for (const raw of [[], {}, null, 'x']) {
    expect(read(raw).problems).toEqual([': expected an object with `OpenIDConnectProviders` and `SAMLProviders`']);
  }
});
