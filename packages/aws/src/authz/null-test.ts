import { FALSE, not, or, TRUE, type Truth } from '@keyreach/core/authz';
import type { ConditionTest } from './condition-test.ts';
import type { KeyReference } from './key-reference.ts';
import type { Reading } from './reading.ts';

/** The `Null` operator: `"true"` asks for the key to be absent, `"false"` for it to be present (aws.md 1.11). */
export function nullTest(reference: KeyReference, values: readonly string[]): ConditionTest {
  const asked = values.map((value) => value.toLowerCase());
  const forAbsent = asked.includes('true');
  const forPresent = asked.includes('false');
  return (request) => {
    const present = isPresent(reference.read(request));
    let truth: Truth = FALSE;
    if (forAbsent) truth = or(truth, not(present));
    if (forPresent) truth = or(truth, present);
    return forAbsent && forPresent ? TRUE : truth;
  };
}

function isPresent(reading: Reading): Truth {
  switch (reading.state) {
    case 'absent':
      return FALSE;
    case 'values':
    case 'pattern':
    case 'between':
    case 'outside':
      return TRUE;
    case 'either': {
      const all = reading.readings.map(isPresent);
      return all.every((one) => one === all[0]) ? all[0]! : reading.truth;
    }
    case 'undecided':
      return reading.present ? TRUE : reading.truth;
  }
}
