import type { ScopeManager } from '@spanwise/opentracing';

import { SpanRecorder } from './basic/span-recorder.ts';
import { checkPropagators } from './check-propagators.ts';
import { systemClock } from './clock.ts';
import { CryptoIds } from './ids/crypto-ids.ts';
import { loggerOf, withMethods } from './internal/check-parts.ts';
import { guardedWarn } from './internal/guarded-warn.ts';
import { invalidOption } from './internal/invalid-option.ts';
import { knownOptions } from './internal/known-options.ts';
import { checkLimits } from './limits.ts';
import { checkLongRunningSpans } from './long-running-spans.ts';
import type { Logger } from './logger.ts';
import { otlpReporter } from './reporting/otlp-reporter.ts';
import type { Recorder } from './reporting/recorder.ts';
import type { Redact } from './redact.ts';
import { alwaysUnlessGiven } from './sampling/constant.ts';
import { parentBased } from './sampling/parent-based.ts';
import { probabilitySampler } from './sampling/probability.ts';
import type { Sampler } from './sampling/sampler.ts';
import type { CheckedTracerOptions, TracerOptions } from './tracer-options.ts';

const known: readonly (keyof TracerOptions)[] = [
  'serviceName',
  'sampler',
  'recorders',
  'redact',
  'propagators',
  'scopeManager',
  'tags',
  'ids',
  'traceIdBits',
  'runtimeProbe',
  'longRunningSpans',
  'limits',
  'clock',
  'logger',
  'debug',
];

/** What the default scope manager depends on. */
export type ManagerSettings = Pick<CheckedTracerOptions, 'debug' | 'logger' | 'clock'>;

/** Fills in the defaults. Throws a `TypeError` that shows the value and what to do for anything wrong. */
export function checkOptions(
  options: TracerOptions,
  defaultScopeManager: (settings: ManagerSettings) => ScopeManager,
): CheckedTracerOptions {
  knownOptions('createTracer', options, known, "{ serviceName: 'shop' }");
  const logger = loggerOf('createTracer: logger', options.logger);
  const clock = withMethods(
    'createTracer: clock',
    options.clock ?? systemClock,
    ['monotonicMillis', 'wallMillis'],
    'must have monotonicMillis() and wallMillis()',
  );
  const debug = checkDebug(options.debug);
  return {
    sampler: checkSampler(options.sampler),
    recorders: checkRecorders(options.recorders, logger),
    redact: checkRedact(options.redact),
    propagators: checkPropagators(options.propagators),
    scopeManager: checkScopeManager(options.scopeManager ?? defaultScopeManager({ debug, logger, clock })),
    tags: checkTags(options.tags),
    ids: withMethods(
      'createTracer: ids',
      options.ids ?? new CryptoIds(),
      ['nextWord'],
      'must have a nextWord() method, like new SeededIds(1)',
    ),
    traceIdBits: checkTraceIdBits(options.traceIdBits),
    runtimeProbe:
      options.runtimeProbe === undefined || options.runtimeProbe === false
        ? undefined
        : withMethods(
            'createTracer: runtimeProbe',
            options.runtimeProbe,
            ['begin', 'end'],
            'must have begin() and end(begun, span) methods, or be false',
          ),
    longRunningSpans: checkLongRunningSpans(options.longRunningSpans),
    limits: checkLimits(options.limits),
    clock,
    logger,
    debug,
    recordsUnsampled: false,
    strictCarriers: false,
    // Last, because it may warn: a wrong option throws without having said anything.
    serviceName: checkServiceName(options.serviceName ?? nameAmong(options.tags), logger),
  };
}

function checkScopeManager(manager: ScopeManager): ScopeManager {
  const rule =
    'must be a ScopeManager with activate, run and activeParent, such as new AsyncLocalStorageScopeManager()';
  withMethods('createTracer: scopeManager', manager, ['activate', 'run'], rule);
  if ('activeParent' in manager) return manager;
  throw invalidOption('createTracer: scopeManager', manager, rule);
}

function checkTraceIdBits(bits: unknown): 64 | 128 {
  if (bits === undefined) return 128;
  if (bits === 64 || bits === 128) return bits;
  throw invalidOption('createTracer: traceIdBits', bits, 'must be 64 or 128 (leave it out for 128)');
}

function checkDebug(debug: unknown): boolean {
  if (debug === undefined || typeof debug === 'boolean') return debug ?? false;
  throw invalidOption('createTracer: debug', debug, 'must be true or false (leave it out for false)');
}

function checkServiceName(serviceName: unknown, logger: Logger): string {
  if (typeof serviceName === 'string' && serviceName.trim() !== '') return serviceName;
  if (serviceName !== undefined) {
    throw invalidOption(
      'createTracer: serviceName',
      serviceName,
      'must be a string that is not empty (leave it out for unknown_service)',
    );
  }
  guardedWarn(
    logger,
    () =>
      "spanwise: no service name; spans are reported as unknown_service. Give one: createTracer({ serviceName: 'shop' })",
  );
  return 'unknown_service';
}

/** Who gives OpenTelemetry's resource attributes as tags has named the service among them. */
function nameAmong(tags: TracerOptions['tags']): string | undefined {
  const name = tags?.['service.name'];
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}

function checkSampler(sampler: Sampler | number | undefined): Sampler {
  if (sampler === undefined) return parentBased(alwaysUnlessGiven);
  if (typeof sampler === 'number') return parentBased(probabilitySampler(sampler));
  return withMethods('createTracer: sampler', sampler, ['sample'], 'must be a Sampler or a rate from 0 to 1');
}

function checkRecorders(recorders: readonly Recorder[] | undefined, logger: Logger): readonly Recorder[] {
  if (recorders === undefined) return [otlpReporter({ logger })];
  if (!Array.isArray(recorders))
    throw invalidOption('createTracer: recorders', recorders, 'must be an array, such as [otlpReporter()]');
  for (const recorder of recorders) checkRecorder(recorder);
  return [...recorders];
}

function checkRecorder(recorder: Recorder): void {
  withMethods('createTracer: recorders', recorder, ['finish'], 'must hold recorders, with a finish(record) method');
  if (recorder instanceof SpanRecorder)
    withMethods(
      'createTracer: recorders',
      recorder,
      ['recordSpan'],
      'must hold recorders, and a SpanRecorder must have a recordSpan(span) method',
    );
}

/** What is async would hold back every span, so it is refused at once. */
function checkRedact(redact: Redact | undefined): Redact | undefined {
  if (redact === undefined) return undefined;
  const rule = "must be a function that is not async, such as (span) => { span.tags.delete('user.email'); }";
  if (typeof redact !== 'function' || /Async|Generator/.test(Object.prototype.toString.call(redact))) {
    throw invalidOption('createTracer: redact', redact, rule);
  }
  return redact;
}

function checkTags(tags: TracerOptions['tags']): Readonly<Record<string, unknown>> {
  if (tags === undefined) return {};
  if (typeof tags !== 'object' || tags === null || Symbol.iterator in tags) {
    throw invalidOption('createTracer: tags', tags, "must be an object, such as { 'deployment.environment': 'test' }");
  }
  return tags;
}
