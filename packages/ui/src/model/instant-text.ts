import { parseInstantMicros } from './time-range.ts';

/** As `parseInstantMicros` reads it: to the millisecond, and to the microsecond where that is not all. */
export function formatInstant(micros: number): string {
  const whole = Math.floor(micros);
  const iso = new Date(Math.floor(whole / 1000)).toISOString();
  const rest = whole % 1000;
  return rest === 0 ? iso : iso.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}

/** For `<input type="datetime-local">`: the instant in the zone of the browser, to the second. */
export function toLocalInput(micros: number): string {
  const millis = micros / 1000;
  const offsetMillis = new Date(millis).getTimezoneOffset() * 60_000;
  return new Date(millis - offsetMillis).toISOString().slice(0, 19);
}

/** From `<input type="datetime-local">` to the form that stands in the address; `undefined` while incomplete. */
export function fromLocalInput(text: string): string | undefined {
  const millis = new Date(text).getTime();
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString();
}

/**
 * The instant that somebody wrote over `value` in an `<input type="datetime-local">`; `undefined` while it is incomplete or as
 * `toLocalInput` gave it. That has seconds alone, and an hour that a clock goes through twice once: what nobody changed must
 * not be read back.
 */
export function editedInstant(text: string, value: string): string | undefined {
  const instant = fromLocalInput(text);
  // Not by the text: browsers leave out seconds that are 0.
  return instant === fromLocalInput(toLocalInput(parseInstantMicros(value) ?? 0)) ? undefined : instant;
}
