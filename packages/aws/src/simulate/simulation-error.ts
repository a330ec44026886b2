import { KeyreachError } from '@keyreach/core/graph';

/** What can be wrong with the question itself; problems in policies are verdicts, not errors. */
export type SimulationErrorCode =
  | 'bad-request'
  | 'bad-principal'
  | 'bad-action'
  | 'bad-resource'
  | 'bad-context'
  | 'bad-time'
  | 'bad-session'
  | 'bad-policies';

/** The error for a question that cannot be asked. */
export function simulationError(code: SimulationErrorCode, message: string): KeyreachError {
  return new KeyreachError(code, message);
}
