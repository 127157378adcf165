/** Runs something when the page has nothing better to do, two seconds from now at the latest. */
export function whenIdle(then: () => void): void {
  // Safari has no idle callback.
  if ('requestIdleCallback' in window) requestIdleCallback(then, { timeout: 2000 });
  else setTimeout(then, 500);
}
