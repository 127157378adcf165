/** What to write for a value that `parseBoolean` does not take. */
export const BOOLEAN_FIX = 'write true or false';

/** `true`, `false` and, where the variable is not OpenTelemetry's, `1` and `0`, in any case; `undefined` for everything else. */
export function parseBoolean(value: string, name: string = ''): boolean | undefined {
  const lower = value.toLowerCase();
  // OpenTelemetry's specification forbids more than these ("Boolean value").
  if (name.startsWith('OTEL_') && lower !== 'true' && lower !== 'false') return undefined;
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : undefined;
}
