/** How instants are written in one language and zone; made once, because `Intl` objects are dear. */
export interface InstantFormat {
  /** Day, month and time to the second. */
  readonly short: (micros: number) => string;
  /** Date and time to the millisecond, with the zone. */
  readonly long: (micros: number) => string;
  /** `3 minutes ago`. */
  readonly relative: (micros: number, nowMillis: number) => string;
  /** The zone's name for people, such as `Europe/Berlin (GMT+1)`. */
  readonly zone: string;
}

export function instantFormat(language: string, timeZone?: string): InstantFormat {
  const zoned = timeZone === undefined ? {} : { timeZone };
  const short = new Intl.DateTimeFormat(language, {
    ...zoned,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const long = new Intl.DateTimeFormat(language, {
    ...zoned,
    year: 'numeric',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'narrow' });
  return {
    short: (micros) => short.format(micros / 1000),
    long: (micros) => long.format(micros / 1000),
    relative: (micros, nowMillis) => formatRelative(relative, micros / 1000 - nowMillis),
    zone: zoneName(language, timeZone),
  };
}

const relativeUnits: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, millis: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

function formatRelative(format: Intl.RelativeTimeFormat, millis: number): string {
  // Just now, or by a clock that runs ahead a little, or since the time of day was last read: not in the future.
  const shown = millis > 0 && millis < 60_000 ? 0 : millis;
  const [unit, size] = relativeUnits.find(([, atLeast]) => Math.abs(shown) >= atLeast) ?? ['second', 1000];
  const count = Math.trunc(shown / size);
  return format.format(count === 0 ? -0 : count, unit);
}

function zoneName(language: string, timeZone: string | undefined): string {
  const options = timeZone === undefined ? {} : { timeZone };
  const format = new Intl.DateTimeFormat(language, { ...options, timeZoneName: 'shortOffset' });
  const offset = format.formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const zone = format.resolvedOptions().timeZone;
  return zone === offset ? zone : `${zone} (${offset})`;
}
