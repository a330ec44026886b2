import { describe, expect, it } from 'vitest';
import { coverageOf } from './coverage.ts';
import { coverageLines } from './coverage-lines.ts';
import type { CoverageRow } from './results.ts';
import { useEstate } from './testing/use-estate.ts';

describe('coverageOf', () => {
  it('has one row for each scope and kind of input, in order', () => {
    const graph = useEstate({
      gaps: [
        { what: 'resources', why: 'the input has no such file', fix: 'list', file: 'accounts/1/resources.json' },
        { what: 'access keys', why: '[3].Status: expected `Active`', file: 'accounts/1/access-keys.json' },
        { what: 'access keys', why: '[9].Status: expected `Active` or so', file: 'accounts/1/access-keys.json' },
        { scope: 'elsewhere', what: 'account', why: 'expected an account id' },
      ],
    });
    expect(coverageOf(graph)).toEqual([
      {
        scope: 'account',
        what: 'access keys',
        state: 'partial',
        why: '[3].Status: expected `Active`; and 1 more of the kind',
      },
      { scope: 'account', what: 'resources', state: 'missing', why: 'the input has no such file', fix: 'list' },
      { scope: 'elsewhere', what: 'account', state: 'partial', why: 'expected an account id' },
    ] satisfies readonly CoverageRow[]);
  });

  it('counts gaps about nodes for the scope around them', () => {
    const graph = useEstate({ gaps: [{ scope: 'who', what: 'policy text', why: 'not valid', fix: 'read again' }] });
    expect(coverageOf(graph)).toMatchObject([{ scope: 'account', what: 'policy text', state: 'partial' }]);
  });

  it('takes a reason that names single things for a part', () => {
    const fix = 'run it';
    const states = ['3 roles come without RoleLastUsed', 'policy `p` is not there', 'it is not there'].map((why) => {
      const [row] = coverageOf(useEstate({ gaps: [{ why, fix }] }));
      return row?.state;
    });
    expect(states).toEqual(['partial', 'partial', 'missing']);
  });

  it('says missing, with what to run, where some gaps are about all and some about parts', () => {
    const graph = useEstate({ gaps: [{ why: 'a part' }, { why: 'the whole', fix: 'run it' }] });
    expect(coverageOf(graph)).toMatchObject([{ state: 'missing', why: 'the whole', fix: 'run it' }]);
  });

  it('is empty without gaps', () => {
    expect(coverageOf(useEstate({}))).toEqual([]);
  });
});

describe('coverageLines', () => {
  it('says the same about several scopes once, what is missing first', () => {
    const missing = {
      what: 'access keys',
      state: 'missing',
      why: 'no such file',
      fix: 'aws iam list-access-keys',
    } as const;
    expect(
      coverageLines([
        { scope: 'a', what: 'policy text', state: 'partial', why: 'policy `p` is cut' },
        { scope: 'a', ...missing },
        { scope: 'b', ...missing },
        { scope: 'a`\n', what: 'resources', state: 'missing' },
        { scope: 'b', what: 'roles', state: 'read' },
      ]),
    ).toEqual([
      'no access keys for 2 scopes: no such file; to close it: aws iam list-access-keys',
      'no resources for `a\\u{60}\\u{a}`',
      'only part of policy text for `a`: policy `p` is cut',
    ]);
  });

  it('says nothing where nothing is missing', () => {
    expect(coverageLines([])).toEqual([]);
  });
});
