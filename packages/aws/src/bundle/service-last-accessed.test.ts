import { expect, it } from 'vitest';
import { readServiceLastAccessed } from './service-last-accessed.ts';
import { readWith } from './testing/report.ts';

const CI = 'arn:aws:iam::444455556666:user/ci';
const read = (raw: unknown) => readWith((report) => readServiceLastAccessed(raw, report));

it('reads services and tracked actions', () => {
  const { value, problems } = read({
    [CI]: {
      JobStatus: 'COMPLETED',
      JobCompletionDate: '2026-05-31T00:00:10Z',
      ServicesLastAccessed: [
        {
          ServiceNamespace: 's3',
          LastAuthenticated: '2026-05-30T11:00:00Z',
          TrackedActionsLastAccessed: [
            { ActionName: 'CreateBucket', LastAccessedTime: '2026-05-29' },
            { ActionName: 'DeleteBucket' },
          ],
        },
        { ServiceNamespace: 'iam', TrackedActionsLastAccessed: null },
      ],
    },
  });
  expect(problems).toEqual([]);
  expect(value).toEqual({
    complete: true,
    items: [
      {
        arn: CI,
        JobCompletionDate: '2026-05-31T00:00:10.000Z',
        services: {
          complete: true,
          items: [
            {
              ServiceNamespace: 's3',
              LastAuthenticated: '2026-05-30T11:00:00.000Z',
              TrackedActionsLastAccessed: {
                complete: true,
                items: [
                  { ActionName: 'CreateBucket', LastAccessedTime: '2026-05-29T00:00:00.000Z' },
                  { ActionName: 'DeleteBucket' },
                ],
              },
            },
            { ServiceNamespace: 'iam', TrackedActionsLastAccessed: null },
          ],
        },
      },
    ],
  });
});

it('takes only finished jobs, and says which are not', () => {
  const { value, problems } = read({
    [CI]: { JobStatus: 'IN_PROGRESS' },
    'not an ARN': {},
    'arn:aws:iam::444455556666:user/a': [],
    'arn:aws:iam::444455556666:user/b': { ServicesLastAccessed: 'x' },
    'arn:aws:iam::444455556666:user/c': { IsTruncated: true, ServicesLastAccessed: [] },
  });
  expect(value?.items.map(({ arn, services }) => [arn, services.complete])).toEqual([
    ['arn:aws:iam::444455556666:user/c', false],
  ]);
  expect(value?.complete).toBe(false);
  expect(problems).toEqual([
    `\`${CI}\`.JobStatus: expected \`COMPLETED\`; run the job again`,
    'a property name: expected the ARN of a user, group or role',
    '`arn:aws:iam::444455556666:user/a`: expected an object',
    '`arn:aws:iam::444455556666:user/b`.ServicesLastAccessed: expected an array',
    'IsTruncated: expected all pages merged into one file',
  ]);
});

it('does not turn a date it cannot read into "never"', () => {
  const { value } = read({
    [CI]: {
      ServicesLastAccessed: [
        { ServiceNamespace: 's3', LastAuthenticated: 'recently' },
        {
          ServiceNamespace: 'ec2',
          TrackedActionsLastAccessed: [{ ActionName: 'RunInstances', LastAccessedTime: 'once' }, { ActionName: 'a:b' }],
        },
        { ServiceNamespace: 'with space' },
      ],
    },
  });
  expect(value?.items[0]?.services).toEqual({
    complete: false,
    items: [{ ServiceNamespace: 'ec2', TrackedActionsLastAccessed: { items: [], complete: false } }],
  });
});

it('refuses another shape', () => {
  for (const raw of [null, [], 'x', 1]) {
    expect(read(raw)).toEqual({ value: undefined, problems: [': expected an object of replies by principal ARN'] });
  }
});
