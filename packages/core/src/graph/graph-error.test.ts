import { describe, expect, it } from 'vitest';
import { KeyreachError } from './graph-error.ts';

describe('KeyreachError', () => {
  it('carries code, message, cause and fields', () => {
    const cause = new Error('inner');
    const error = new KeyreachError('bad-graph', 'line 3: not valid JSON', { cause, fields: { line: 3 } });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'KeyreachError',
      code: 'bad-graph',
      message: 'line 3: not valid JSON',
      fields: { line: 3 },
    });
    expect(error.cause).toBe(cause);
  });

  it('has no cause and no fields unless given', () => {
    const error = new KeyreachError('too-deep', 'nested too deep');
    expect('cause' in error).toBe(false);
    expect(error.fields).toEqual({});
  });
});
