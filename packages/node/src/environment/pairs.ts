/** What to write for a value that `parsePairs` does not take. */
export const PAIRS_FIX = 'write pairs such as key=value,other=value, percent-encoded where needed';

/**
 * `a=1,b=%20`: the form of W3C Baggage without properties, which both headers and resource attributes have
 * (OpenTelemetry specification, "Specifying resource information via an environment variable").
 */
export function parsePairs(value: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const part of value.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    if (key === '') return undefined;
    try {
      pairs.push([decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim())]);
    } catch {
      return undefined;
    }
  }
  return Object.fromEntries(pairs);
}
