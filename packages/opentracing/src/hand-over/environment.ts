import { FORMAT_HTTP_HEADERS } from '../constants.ts';
import type { SpanContext } from '../contract.ts';
import { readCarrier, writeCarrier } from './context-carrier.ts';
import type { ReceiveOptions, SendOptions } from './options.ts';

/** Variables of a process: names and values. */
export type Environment = Record<string, string | undefined>;

/** What to start a process with. */
export interface EnvironmentOptions extends SendOptions {
  /** The variables to add the context to. They are copied. Default: `process.env`. */
  env?: Environment | undefined;
}

// Linux refuses to start a process with a variable of 128 KiB, Windows with one of 32 Ki characters; W3C baggage ends here.
const maxValueLength = 8192;

// What the known formats write. A process may have been started with a context itself, and its baggage or vendor state
// must not be mixed with the ids of the span that is active now.
const variablesOfContexts =
  /^(traceparent|tracestate|baggage|b3|x_b3_\w+|uber_trace_id|uberctx_\w+|jaeger_(debug_id|baggage)|ot_(tracer|baggage)_\w+|x_datadog_\w+|x_amzn_trace_id|x_cloud_trace_context|x_ot_span_context|sentry_trace|sw8(_\w+)?)$/i;

/**
 * A copy of the environment with the context of the active span, for `spawn`, `fork`, `exec`, `cluster.fork` and the `env`
 * of a `Worker`: the names that the tracer writes to a text map, in upper case, with `_` for all but letters and digits
 * (`TRACEPARENT`, `BAGGAGE`, …). It replaces a context that is there. Without an active span, so also
 * in `runDetached`, that one stays; with `context: null` it is removed, and none is handed over.
 *
 * Names lose their case and signs on the way, which is felt where a tracer puts a key of the baggage into a name. Values
 * that no variable can hold are left out: with a NUL, or of more than 8,192 characters. So are names of variables that are
 * there already, in any case, and are none of a known format: a key `path` of the baggage does not replace `PATH`. Whoever may list processes may
 * read them: no secrets in the baggage.
 */
export function environmentWithContext(options: EnvironmentOptions = {}): Environment {
  const env = { ...(options.env ?? process.env) };
  const carrier = writeCarrier(options);
  // One that was named and cannot be handed over is not replaced by another.
  if (carrier === null && options.context === undefined) return env;
  for (const name of Object.keys(env)) if (variablesOfContexts.test(name)) delete env[name];
  // Case does not matter on Windows.
  const taken = new Set(Object.keys(env).map((name) => name.toUpperCase()));
  for (const [key, value] of Object.entries(carrier ?? {})) {
    const name = key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
    if (value.length > maxValueLength || value.includes('\0') || taken.has(name)) continue;
    env[name] = value;
  }
  return env;
}

/**
 * The context that this process was started with, or `null`: by `environmentWithContext`, or by any program that sets
 * `TRACEPARENT` and its like. Give it to `continueTrace`, or as `childOf` to the first span. Never throws.
 */
export function contextFromEnvironment(
  env: Environment = process.env,
  { tracer }: ReceiveOptions = {},
): SpanContext | null {
  const carrier: Environment = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const lower = name.toLowerCase();
      return [
        [lower.replaceAll('_', '-'), value],
        [lower, value],
      ];
    }),
  );
  return readCarrier(carrier, tracer) ?? readCarrier(carrier, tracer, FORMAT_HTTP_HEADERS);
}
