/** In what rates are told. One unit for all that stands together, so that they can be compared at a glance. */
export type RateUnit = 'second' | 'minute';

/** The unit in which the largest of the rates, each by the second, is not below one, if there is one. */
export function rateUnitOf(rates: readonly (number | null)[]): RateUnit {
  return rates.some((rate) => rate !== null && rate >= 1) ? 'second' : 'minute';
}
