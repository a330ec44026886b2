import { describe, expect, it } from 'vitest';
import { isReportHeader, readCredentialReport } from './credential-report.ts';
import { readWith } from './testing/report.ts';

const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const A = '444455556666';
const CI = `ci,arn:aws:iam::${A}:user/ci,2023-03-09T10:41:45+00:00,FALSE,N/A,N/A,N/A,FALSE,True,2023-03-09T10:42:00+00:00,2026-05-30T11:00:00+00:00,eu-central-1,lambda,false,2022-03-09T10:42:00+00:00,no_information,N/A,N/A,false,N/A,TRUE,2022-01-01T00:00:00+00:00`;
const ROOT = `<root_account>,arn:aws:iam::${A}:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A`;

const read = (text: string) => readWith((report) => readCredentialReport(text, report));

describe('readCredentialReport', () => {
  it('reads rows by the header and sentinels for what they mean', () => {
    const { value, problems } = read([HEADER, ROOT, CI].join('\n'));
    expect(problems).toEqual([]);
    expect(value).toEqual({
      complete: true,
      items: [
        {
          user: '<root_account>',
          arn: `arn:aws:iam::${A}:root`,
          accountId: A,
          root: true,
          created: '2020-01-01T00:00:00.000Z',
          passwordEnabled: undefined,
          passwordLastUsed: null,
          mfaActive: true,
          keys: [],
          certificates: [],
        },
        {
          user: 'ci',
          arn: `arn:aws:iam::${A}:user/ci`,
          accountId: A,
          root: false,
          created: '2023-03-09T10:41:45.000Z',
          passwordEnabled: false,
          passwordLastUsed: null,
          mfaActive: false,
          keys: [
            {
              slot: 1,
              active: true,
              rotated: '2023-03-09T10:42:00.000Z',
              lastUsed: '2026-05-30T11:00:00.000Z',
              region: 'eu-central-1',
              service: 'lambda',
            },
            { slot: 2, active: false, rotated: '2022-03-09T10:42:00.000Z', lastUsed: null },
          ],
          certificates: [{ slot: 2, active: true, rotated: '2022-01-01T00:00:00.000Z' }],
        },
      ],
    });
  });

  it('takes columns in any order, added ones, Windows line ends and a byte order mark', () => {
    const columns = HEADER.split(',');
    const shuffled = (line: string, added: string) => [...line.split(',').reverse(), added].join(',');
    const text = `\ufeff${[shuffled(columns.join(','), 'new_column'), shuffled(CI, 'x')].join('\r\n')}\r\n`;
    expect(read(text)).toEqual(read([HEADER, CI].join('\n')));
  });

  it('names missing columns in one report and leaves what they tell unknown', () => {
    const columns = HEADER.split(',');
    const drop = new Set(['mfa_active', 'access_key_2_active'].map((name) => columns.indexOf(name)));
    const without = (line: string) =>
      line
        .split(',')
        .filter((_, index) => !drop.has(index))
        .join(',');
    const { value, problems } = read([without(HEADER), without(CI)].join('\n'));
    expect(problems).toEqual(['line 1: expected the columns `mfa_active`, `access_key_2_active`']);
    expect(value?.items[0]).toMatchObject({ mfaActive: undefined, keys: undefined, passwordEnabled: false });
  });

  it('cannot do without the column `arn`', () => {
    const without = (line: string) => line.split(',').toSpliced(1, 1).join(',');
    const { value, problems } = read([without(HEADER), without(CI)].join('\n'));
    expect(value).toBeUndefined();
    expect(problems).toEqual(['line 1: expected the column `arn`']);
  });

  it('reports a bad row and keeps the rest', () => {
    const { value, problems } = read(
      [HEADER, 'ci,too,short', CI.replace(`arn:aws:iam::${A}:user/ci`, 'nonsense'), CI, CI].join('\n'),
    );
    expect(value?.items).toHaveLength(1);
    expect(value?.complete).toBe(false);
    expect(problems).toEqual([
      'row 1: expected 22 fields, as in the header',
      'row 2, column arn: expected the ARN of a user',
      `row 4: expected each ARN once, \`arn:aws:iam::${A}:user/ci\` is listed again; the first is kept`,
    ]);
  });

  it('reports values of another kind without quoting them', () => {
    const { value, problems } = read(
      [HEADER, CI.replace('FALSE', 'hunter2').replace('2023-03-09T10:41:45+00:00', 'hunter3')].join('\n'),
    );
    expect(problems).toEqual([
      'row 1, column user_creation_time: expected a date',
      'row 1, column password_enabled: expected `true` or `false`',
    ]);
    expect(value?.items[0]?.passwordEnabled).toBeUndefined();
  });

  it('says where the text is no CSV, without quoting it', () => {
    const { value, problems } = read(`${HEADER}\n"hunter2"x,${CI}`);
    expect(value).toBeUndefined();
    expect(problems).toEqual(['line 2: expected comma-separated values with balanced quotes']);
    expect(read(`${HEADER}\n"${'x'.repeat(200_000)}`).value).toBeUndefined();
  });

  it('reads an empty report as none', () => {
    expect(read('').value).toBeUndefined();
    expect(read(HEADER).value).toEqual({ items: [], complete: true });
  });
});

it('isReportHeader knows the header', () => {
  expect(isReportHeader(HEADER)).toBe(true);
  expect(isReportHeader('id,name')).toBe(false);
});
