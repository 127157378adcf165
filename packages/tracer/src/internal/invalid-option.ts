/**
 * The error for a wrong option: what it must be, what it was, and how to put it right.
 * The caller throws it, so that the stack starts at the check.
 */
export function invalidOption(option: string, value: unknown, rule: string): TypeError {
  return new TypeError(`${option} ${rule}; it was ${showValue(value)}`);
}

/** A value as one would type it, cut to 100 characters; never throws. */
export function showValue(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}`.trimEnd();
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object';
}

/** `value` when it is a whole number within the range, `fallback` when it is undefined; otherwise throws. */
export function wholeNumber(
  option: string,
  value: number | undefined,
  fallback: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw invalidOption(option, value, `must be a whole number ${range} (leave it out for ${fallback})`);
}
