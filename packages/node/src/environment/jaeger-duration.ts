/** What to write for a value that `parseJaegerDuration` does not take. */
export const DURATION_FIX = 'write milliseconds such as 1000, or a number with a unit: 500ms, 1s, 1.5m, 1h';

const MILLIS_PER_UNIT: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A time in milliseconds, as jaeger-client-node and -java write it, or with a unit, as jaeger-client-go does; in whole
 * milliseconds.
 */
export function parseJaegerDuration(least: number, most: number): (value: string) => number | undefined {
  return (value) => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? /^(\d+)$/.exec(value) ?? [];
    if (number === undefined) return undefined;
    const millis = Math.round(Number(number) * MILLIS_PER_UNIT[unit ?? 'ms']!);
    return millis >= least && millis <= most ? millis : undefined;
  };
}
