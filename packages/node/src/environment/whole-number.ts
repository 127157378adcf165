import type { Variables } from './variables.ts';

/** The largest whole number that a variable must be able to say (OpenTelemetry specification, "Integer"). */
export const LARGEST_NUMBER: number = 2 ** 31 - 1;

/** The first of these variables that is set, as a whole number from `least` to `most` in decimal digits. */
export function readWholeNumber(
  variables: Variables,
  names: readonly string[],
  least: number,
  most: number = LARGEST_NUMBER,
): number | undefined {
  return variables.read(names, parseWholeNumber(least, most), `write a whole number from ${least} to ${most}`);
}

/**
 * The first of these variables that is set, in milliseconds. 0 is no limit, which is said as the longest timer
 * (OpenTelemetry specification, "Timeout").
 */
export function readTimeout(variables: Variables, names: readonly string[]): number | undefined {
  const fix = `write milliseconds from 1 to ${LARGEST_NUMBER}, or 0 for no limit`;
  const millis = variables.read(names, parseWholeNumber(0, LARGEST_NUMBER), fix);
  return millis === 0 ? LARGEST_NUMBER : millis;
}

/** Takes nothing but digits: `Number` would take "1e3", "0x10" and " " too. */
export function parseWholeNumber(least: number, most: number): (value: string) => number | undefined {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
}
