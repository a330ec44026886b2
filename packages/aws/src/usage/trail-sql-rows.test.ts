import { describe, expect, it } from 'vitest';
import { type QueryRow, rowsOfQuery } from './trail-sql-rows.ts';

const row: QueryRow = {
  principal: 'arn:aws:iam::111111111111:user/ann',
  origin: 'AKIAAAAAAAAAAAAAAAA1',
  event_source: 's3',
  event_name: 'GetObject',
  marks: 'forwarded version',
  roles: '',
  resource: 'arn:aws:s3:::data/a b',
  first_call: '2026-01-01T00:00:00Z',
  last_call: '2026-01-02T00:00:00Z',
  calls: '3',
  refused_calls: '1',
};

describe('rows of a query', () => {
  it('become rows of use, in their order', () => {
    const refused = { ...row, origin: '', marks: '', resource: null, first_call: '', last_call: undefined, calls: '0' };
    expect(rowsOfQuery([row, refused])).toEqual({
      rows: [
        {
          principal: 'arn:aws:iam::111111111111:user/ann',
          eventSource: 's3',
          eventName: 'GetObject',
          marks: [],
          roles: [],
          count: 0,
          refused: 1,
        },
        {
          principal: 'arn:aws:iam::111111111111:user/ann',
          origin: 'AKIAAAAAAAAAAAAAAAA1',
          eventSource: 's3',
          eventName: 'GetObject',
          marks: ['forwarded', 'version'],
          roles: [],
          resource: 'arn:aws:s3:::data/a b',
          first: '2026-01-01T00:00:00.000Z',
          last: '2026-01-02T00:00:00.000Z',
          count: 3,
          refused: 1,
        },
      ],
      unread: 0,
    });
  });

  it.each([
    ['no principal', { ...row, principal: '' }],
    ['an unknown mark', { ...row, marks: 'forwarded constructor' }],
    ['no count', { ...row, calls: '' }],
    ['a count that is none', { ...row, refused_calls: '-1' }],
    ['a time that is none', { ...row, last_call: 'yesterday' }],
    ['calls at no time', { ...row, first_call: '', last_call: '' }],
    ['a time without calls', { ...row, calls: '0' }],
    ['another query', { _col0: 'x' }],
  ])('are counted as unread with %s, never as no use', (_, odd) => {
    expect(rowsOfQuery([odd, row])).toMatchObject({ rows: [{ count: 3 }], unread: 1 });
  });
});
