/**
 * A number in decimal digits, with a sign, a point and an exponent where it has them; `NaN` for everything else. `Number` would
 * take "0x1", "0b1" and "Infinity" too, which are mistakes here as they are in whole numbers.
 */
export function parseDecimal(value: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
}
