/** What to write for a value that `parsePairs` does not take. */
export const PAIRS_FIX = 'write pairs such as key=value,other=value, percent-encoded where needed';

/**
 * `a=1,b=%20`: the form of W3C Baggage without properties, which both headers and resource attributes have
 * (OpenTelemetry specification, "Specifying resource information via an environment variable").
 */
export function parsePairs(value: string): Record<string, string> | undefined {
  const pairs = partsOf(value).map(parsePair);
  return pairs.every((pair) => pair !== undefined) ? Object.fromEntries(pairs) : undefined;
}

/** What stands between the commas, without what is empty. */
export function partsOf(value: string): string[] {
  return value.split(',').filter((part) => part.trim() !== '');
}

/** One key with its value. */
export function parsePair(part: string): [string, string] | undefined {
  const equals = part.indexOf('=');
  const key = part.slice(0, Math.max(equals, 0)).trim();
  if (key === '') return undefined;
  try {
    return [decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim())];
  } catch {
    return undefined;
  }
}
