import { describe, expect, it } from 'vitest';
import { type DebtorCredential, trustDebt } from './trust-debt.ts';

function debtor(ageDays: number, sensitive: number, admin: number): DebtorCredential {
  return {
    status: 'active',
    static: true,
    ageDays,
    sensitive: { lo: sensitive, hi: sensitive },
    adminScopes: { lo: admin, hi: admin },
  };
}

describe('trustDebt', () => {
  it('adds up as in findings 3.7', () => {
    const credentials = [debtor(720, 40, 1), debtor(200, 3, 0), debtor(45, 0, 0)];
    expect(trustDebt(credentials.slice(0, 1))).toEqual({ lo: 368, hi: 368 });
    expect(trustDebt(credentials.slice(1, 2)).lo).toBeCloseTo(8.888889, 6);
    expect(trustDebt(credentials.slice(2))).toEqual({ lo: 0.5, hi: 0.5 });
    expect(trustDebt(credentials).lo).toBeCloseTo(377.388889, 6);
    expect(trustDebt(credentials).hi).toBeCloseTo(377.388889, 6);
  });

  it('leaves out what no longer works or cannot be copied', () => {
    const base = debtor(90, 1, 0);
    const others = [
      { ...base, status: 'disabled' as const },
      { ...base, status: 'expired' as const },
      { ...base, static: false },
    ];
    expect(trustDebt(others)).toEqual({ lo: 0, hi: 0 });
  });

  it('proves nothing of what it does not know, and does not call it nothing', () => {
    const base = debtor(90, 1, 0);
    expect(trustDebt([base, { ...base, status: 'unknown' }])).toEqual({ lo: 2, hi: 4 });
    expect(trustDebt([base, { ...base, static: undefined }])).toEqual({ lo: 2, hi: 4 });
    expect(trustDebt([base, { ...base, ageDays: null }, base])).toEqual({ lo: 4, hi: null });
    expect(trustDebt([{ ...base, sensitive: { lo: 1, hi: null } }])).toEqual({ lo: 2, hi: null });
  });
});
