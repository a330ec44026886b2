import type { GraphBuilder } from '@keyreach/core/graph';
import type { GcpInput } from '../bundle/gcp-input.ts';

/** What recorded use is added to: every node is there already. */
export interface RecordedUseContext {
  readonly input: GcpInput;
  readonly builder: GraphBuilder;
}
