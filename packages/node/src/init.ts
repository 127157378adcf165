import { initGlobalTracer, isGlobalTracerRegistered, releaseGlobalTracer, Tracer } from '@spanwise/opentracing';
import { createTracer } from '@spanwise/tracer';
import type { Logger, SpanwiseTracer, TracerOptions } from '@spanwise/tracer';

import { applicationName } from './application-name.ts';
import { checkInitOptions } from './check-init-options.ts';
import { readEnvironment } from './environment/settings.ts';
import type { EnvironmentSettings } from './environment/settings.ts';
import { withoutAbsent } from './environment/without-absent.ts';
import type { InitOptions } from './init-options.ts';
import { instrument } from './loading/instrument.ts';
import { closeBeforeExit, flushBeforeEnd } from './process-life.ts';
import { quietLogger } from './quiet-logger.ts';
import { recordersOf } from './recorders.ts';
import { NodeRuntimeProbe } from './runtime/node-runtime-probe.ts';

/** A running tracer of this process. */
export interface Spanwise {
  /** The tracer; also the global one (`globalTracer()`). A no-op when tracing is disabled. */
  readonly tracer: Tracer;
  /**
   * Takes the instrumentation and the global tracer back, sends what is waiting for at most `deadlineMillis` (2,000
   * unless given), and closes the tracer. A second call gives the first one's promise. Rejects only for a wrong
   * deadline, and tracing then goes on. To be awaited before `process.exit()`.
   */
  shutdown(options?: {
    /** How long to wait for what is not sent yet, milliseconds. Default 2,000. */
    deadlineMillis?: number;
  }): Promise<void>;
}

/** For `OTEL_LOG_LEVEL`. */
const silentLogger: Logger = { warn: () => {} };

/** How long the end of a process may be held up. */
const END_DEADLINE_MILLIS = 2000;
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * The running one, for all copies of this package: `register` may have started it before the application calls `init`.
 */
const RUNNING = Symbol.for('spanwise.node.running');
type Holder = { [RUNNING]?: Spanwise | undefined };

/**
 * Starts tracing in this process: makes a tracer from these options and the environment (see
 * `readEnvironment`), makes it the global tracer, traces `node:http`, `node:https`, `fetch`, `pg` and `mqtt`, and sends
 * what is waiting before the process ends.
 *
 * Call it before the application loads libraries that keep `http.request` aside, or use `@spanwise/node/register`.
 * When tracing runs already in this process, what runs comes back and the options do nothing, with a warning.
 *
 * @throws {TypeError} for a wrong option; it shows the value and the fix. A wrong environment variable only warns.
 */
export function init(options: InitOptions = {}): Spanwise {
  checkInitOptions(options);
  const holder = globalThis as Holder;
  const warnings: string[] = [];
  const listener = { warn: (message: string) => void warnings.push(message) };
  const settings = readEnvironment(options.environment ?? process.env, listener, options);
  const logger = quietLogger(options.logger ?? (settings.silent ? silentLogger : console));
  if (holder[RUNNING] !== undefined) {
    if (Object.keys(options).length > 0) {
      logger.warn(
        'spanwise: init() after tracing has started does nothing; call shutdown() first, or leave out one of register and init()',
      );
    }
    return holder[RUNNING];
  }
  if (warnings.length > 0 && isMainThread()) for (const warning of warnings) logger.warn(warning);
  if (settings.disabled) return { tracer: new Tracer(), shutdown: () => Promise.resolve() };
  const complete = { ...options, logger };
  const spanwise = start(makeTracer(complete, settings), complete);
  holder[RUNNING] = spanwise;
  return spanwise;
}

/**
 * Worker threads have the same environment, of which all has been said. Asked only when there is something to say: the
 * module takes more than a millisecond to load.
 */
function isMainThread(): boolean {
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}

function makeTracer(options: InitOptions, settings: EnvironmentSettings): SpanwiseTracer {
  const complete = tracerOptions(options, settings);
  try {
    return createTracer(complete);
  } catch (error) {
    // One of the environment's may ask for its strategy, and nobody else could end that.
    if (options.sampler === undefined && typeof complete.sampler === 'object') complete.sampler.close?.();
    throw error;
  }
}

function start(tracer: SpanwiseTracer, options: InitOptions): Spanwise {
  const takeBack = install(tracer, options);
  let closing: Promise<void> | undefined;
  const close = async (deadlineMillis: number): Promise<void> => {
    takeBack();
    (globalThis as Holder)[RUNNING] = undefined;
    await closeBeforeExit(tracer, process, deadlineMillis);
  };
  return {
    tracer,
    shutdown: ({ deadlineMillis = END_DEADLINE_MILLIS } = {}) =>
      isDeadline(deadlineMillis) ? (closing ??= close(deadlineMillis)) : Promise.reject(wrongDeadline(deadlineMillis)),
  };
}

/** As the tracer sees it, which would refuse it only after all else was taken back. */
function isDeadline(millis: number): boolean {
  return Number.isInteger(millis) && millis >= 0 && millis <= LONGEST_TIMER_MILLIS;
}

function wrongDeadline(millis: unknown): TypeError {
  return new TypeError(
    `shutdown: deadlineMillis must be a whole number from 0 to ${LONGEST_TIMER_MILLIS} (leave it out for ${END_DEADLINE_MILLIS}); it was ${String(millis)}`,
  );
}

/** All of it or, when a part throws, nothing: nobody would have a handle to take the rest back. */
function install(tracer: SpanwiseTracer, options: InitOptions): () => void {
  const removals: (() => void)[] = [];
  const logger = options.logger ?? console;
  const takeBack = (): void => {
    for (const remove of removals.splice(0).reverse()) remove();
  };
  try {
    removals.push(instrument(tracer, options.instrumentation ?? {}, logger));
    removals.push(flushBeforeEnd(tracer, process, END_DEADLINE_MILLIS, (message) => logger.warn(message)));
    if (isGlobalTracerRegistered())
      logger.warn(
        'spanwise: init() replaces the global tracer that was set before; shutdown() does not bring it back. Set only one of them',
      );
    removals.push(() => releaseGlobalTracer(tracer));
    initGlobalTracer(tracer);
    return takeBack;
  } catch (error) {
    takeBack();
    void tracer.close({ deadlineMillis: 0 });
    throw error;
  }
}

function tracerOptions(options: InitOptions, settings: EnvironmentSettings): TracerOptions {
  const { disabled: _, otlp, instrumentation: __, environment: ___, runtimeProbe, ...given } = options;
  const serviceName =
    given.serviceName ??
    nameAmong(given.tags) ??
    settings.serviceName ??
    applicationName(process.argv[1], process.cwd());
  const probe = runtimeProbe ?? (settings.runtimeProbe !== false && new NodeRuntimeProbe());
  const propagators = given.propagators ?? settings.propagators;
  const traceIdBits = given.traceIdBits ?? settings.traceIdBits;
  const logger = given.logger ?? console;
  const recorders = given.recorders ?? recordersOf(settings, withoutAbsent(otlp ?? {}), { logger });
  // The last: it may poll for its strategy from its making on, and nothing after it throws.
  const sampler = given.sampler ?? settings.sampler?.({ serviceName: serviceName ?? 'unknown_service', logger });
  return {
    ...given,
    ...(serviceName !== undefined && { serviceName }),
    ...(sampler !== undefined && { sampler }),
    ...(probe !== false && { runtimeProbe: probe }),
    ...(propagators !== undefined && { propagators }),
    ...(traceIdBits !== undefined && { traceIdBits }),
    limits: { ...settings.limits, ...withoutAbsent(given.limits ?? {}) },
    tags: { ...settings.tags, ...given.tags },
    recorders,
  };
}

/** Who gives OpenTelemetry's resource attributes as tags has named the service among them. */
function nameAmong(tags: InitOptions['tags']): string | undefined {
  const name = tags?.['service.name'];
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}
