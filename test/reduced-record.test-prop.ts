import { fc, it } from '@fast-check/vitest';
import { reducedRecord } from '@keyreach/aws';
import { describe, expect } from 'vitest';
import { naiveTrailRows } from './oracle/naive-trail-use.ts';
import { arbitraryTrail } from './oracle/random-trail.ts';

describe('records without secrets', () => {
  it.prop([fc.oneof(arbitraryTrail(), arbitraryTrail({ oddTypes: true }))], { numRuns: 200 })(
    'give the rows that the records gave',
    (records) => {
      const reduced = records.map(reducedRecord).filter((record) => record !== undefined);
      expect(naiveTrailRows(reduced)).toEqual(naiveTrailRows(records));
      expect(JSON.stringify(reduced)).not.toContain('SECRET');
    },
  );
});
