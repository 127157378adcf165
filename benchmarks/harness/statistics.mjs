/** The middle value, or the mean of the two middle ones. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Ratio of the medians of two contenders and its 95 % interval, by a paired bootstrap: rounds are drawn with replacement,
 * and a round brings the values that both contenders had in it, because what disturbs a machine disturbs neighbours
 * in time alike. The random numbers are seeded: the same measurements give the same interval.
 *
 * @param numerators one value for each round
 * @param denominators values of the same rounds
 */
export function ratioOfMedians(numerators, denominators, resamples = 4000) {
  const random = xorshift(0x5eed);
  const ratios = new Float64Array(resamples);
  const rounds = numerators.length;
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = Array.from({ length: rounds }, () => Math.floor(random() * rounds));
    ratios[resample] =
      median(drawn.map((round) => numerators[round])) / median(drawn.map((round) => denominators[round]));
  }
  ratios.sort();
  const at = (share) => ratios[Math.min(resamples - 1, Math.floor(share * resamples))];
  return { measured: median(numerators) / median(denominators), ci95: [at(0.025), at(0.975)] };
}

function xorshift(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
