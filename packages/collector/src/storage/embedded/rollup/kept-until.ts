/** Sums that took long are good for so many times as long, so that questions take a tenth of a thread at most, … */
const keptTimes = 10;
/** … those that took less are made anew each time, … */
const quickMillis = 5;
/** … and what was acknowledged is counted within five seconds, so they are never kept as long. */
const longestKeptMillis = 4000;

/** How long sums are good that were made between two moments of the monotonic clock, in milliseconds. */
export function keptUntil(startMillis: number, endMillis: number): number {
  const took = endMillis - startMillis;
  return took < quickMillis ? 0 : endMillis + Math.min(took * keptTimes, longestKeptMillis);
}
