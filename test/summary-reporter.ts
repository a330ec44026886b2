import type { SerializedError } from 'vitest';
import { DefaultReporter, type TestCase, type TestModule, type TestRunEndReason } from 'vitest/node';

/**
 * Vitest's default output, then a notice per skipped test, then the last line `N passed, N failed, N skipped`.
 *
 * What stops tests from running counts as a failure: a file that does not load, a suite whose hook throws, an error
 * outside any test, and a run without a single test that ran.
 */
export class SummaryReporter extends DefaultReporter {
  override onTestRunEnd(
    testModules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<SerializedError>,
    reason: TestRunEndReason,
  ): void {
    super.onTestRunEnd(testModules, unhandledErrors, reason);

    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: TestCase[] = [];
    for (const testModule of testModules) {
      failed += testModule.errors().length;
      for (const suite of testModule.children.allSuites()) failed += suite.errors().length;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'skipped') skipped.push(test);
        else failed += 1;
      }
    }

    const lines = skipped.map(notice);
    if (passed + failed === 0) lines.push('no test ran');
    if (passed + failed === 0 || failed > 0) process.exitCode = 1;
    lines.push(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function notice(test: TestCase): string {
  const result = test.result();
  const why = result.state === 'skipped' && result.note ? ` (${result.note})` : '';
  return `notice: skipped ${test.module.relativeModuleId} > ${test.fullName}${why}`;
}
