/** Asks again until the answer is not `undefined`, and fails with `what` when the deadline has passed. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  deadlineMillis = 15_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMillis;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${deadlineMillis} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
