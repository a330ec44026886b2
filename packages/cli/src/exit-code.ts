/** Exit codes of the command (README). */
export const exitCode = {
  clean: 0,
  gateFailed: 1,
  usageOrInput: 2,
  incomplete: 3,
  internal: 4,
} as const;

/** One of {@link exitCode}. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
