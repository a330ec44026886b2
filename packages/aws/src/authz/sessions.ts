import type { SessionRules } from '@keyreach/core/authz';

/** Kinds of session that AWS tells apart (aws.md 1.7, 1.12 class K, 5.2). */
const SESSIONS: ReadonlyMap<string, SessionRules> = new Map<string, SessionRules>(
  [
    // A long-term key signs each request by itself: no token, so nothing that only tokens carry.
    {
      kind: 'access-key',
      context: new Map([
        ['aws:tokenissuetime', null],
        ['aws:multifactorauthpresent', null],
        ['aws:multifactorauthage', null],
      ]),
    },
  ].map((rules) => [rules.kind, rules]),
);

/** What a kind of session means; undefined for a kind AWS does not have. */
export function sessionRules(kind: string): SessionRules | undefined {
  return SESSIONS.get(kind);
}
