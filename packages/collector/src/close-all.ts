/** Releases one thing; may fail. */
export type Closing = () => Promise<void> | void;

/**
 * Releases what was opened, the last first, each when the one before it is done. One that fails does not keep the
 * others open.
 *
 * @throws what the first failure was, after all had their turn.
 */
export async function closeAll(opened: readonly Closing[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of [...opened].reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Releases what does not need one another, all at once.
 *
 * @throws what the first failure was, after all had their turn.
 */
export async function closeTogether(opened: readonly Closing[]): Promise<void> {
  const results = await Promise.allSettled(opened.map(async (close) => close()));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
