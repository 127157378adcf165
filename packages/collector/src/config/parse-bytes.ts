const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/**
 * Reads a size such as `10GB`, `512MiB` or `1048576` as bytes: kB, MB, GB and TB are powers of 1000, KiB, MiB, GiB and
 * TiB powers of 1024, in any case.
 *
 * @throws {RangeError} for anything else, zero, and what is beyond 2^53.
 */
export function parseBytes(value: unknown): number {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b|)$/i.exec(text.trim()) : null;
  const bytes = match ? Math.round(Number(match[1]) * (unitBytes[match[2]!.toLowerCase()] ?? Number.NaN)) : Number.NaN;
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw new RangeError('give a size such as 10GB, 512MiB or a number of bytes');
  return bytes;
}
