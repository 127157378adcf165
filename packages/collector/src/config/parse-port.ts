/**
 * Reads a port: 1 to 65535, 0 for any that is free, or `off` (and `false`, as YAML reads `off`) for `undefined`.
 *
 * @throws {RangeError} for anything else.
 */
export function parsePort(value: unknown): number | undefined {
  if (value === false || (typeof value === 'string' && value.trim().toLowerCase() === 'off')) return undefined;
  const port = typeof value === 'string' && /^\s*\d{1,5}\s*$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new RangeError('give a port from 1 to 65535, 0 for any free one, or off');
}
