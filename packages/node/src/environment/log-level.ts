import type { Variables } from './variables.ts';

/** Whether the tracer's warnings are wanted at each level, from the quietest. */
const LEVELS: { readonly [level: string]: boolean } = {
  none: false,
  error: false,
  warn: true,
  info: true,
  debug: true,
  verbose: true,
  all: true,
};

/**
 * Whether `OTEL_LOG_LEVEL` silences the tracer: all that it ever says is warnings, so `none` and `error` do, and the
 * others change nothing.
 *
 * Source: OpenTelemetry specification 1.x, "General SDK Configuration", which leaves the values to the language; these are
 * those of OpenTelemetry JS.
 */
export function readSilence(variables: Variables): boolean {
  const parse = (value: string): boolean | undefined => {
    const level = value.toLowerCase();
    return Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
  };
  return variables.read(['OTEL_LOG_LEVEL'], parse, `write one of ${Object.keys(LEVELS).join(', ')}`) === false;
}
