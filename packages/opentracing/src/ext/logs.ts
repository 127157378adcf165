// The standard log fields of OpenTracing. Source: semantic conventions 1.1.

/** (string) What happened, as a stable word, such as `error`. */
export const EVENT = 'event';
/** (string) One line for people. */
export const MESSAGE = 'message';
/** (string) Class or code of the error; only with `event=error`. */
export const ERROR_KIND = 'error.kind';
/** (object) The error itself, for tracers that can keep it. */
export const ERROR_OBJECT = 'error.object';
/** (string) Stack trace. */
export const STACK = 'stack';
/** (string) How grave it is: `error`, `warn`, `info` or `debug`. In the conventions only; opentracing-python lacks it. */
export const LEVEL = 'level';
