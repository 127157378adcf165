/**
 * Divides a budget among demands: everybody gets what they ask for up to an even share, and what is left over goes to
 * the others (max-min fairness). In the order of the demands.
 */
export function fairShares(demands: readonly number[], budget: number): number[] {
  const shares = Array.from(demands, () => 0);
  const bySize = demands.map((_, index) => index).sort((one, other) => demands[one]! - demands[other]!);
  let left = budget;
  for (const [place, index] of bySize.entries()) {
    const share = Math.min(demands[index]!, left / (bySize.length - place));
    shares[index] = share;
    left -= share;
  }
  return shares;
}
