/**
 * Waits until every task has ended, then throws what the first of them threw: nothing goes on behind the back of
 * whoever is told of a failure.
 */
export async function allEnded(tasks: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(tasks)) if (ended.status === 'rejected') throw ended.reason;
}
