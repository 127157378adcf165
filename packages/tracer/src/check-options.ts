import type { ScopeManager } from '@spanwise/opentracing';

import { systemClock } from './clock.ts';
import { CryptoIds } from './ids/crypto-ids.ts';
import { invalidOption } from './internal/invalid-option.ts';
import { checkLimits } from './limits.ts';
import type { Logger } from './logger.ts';
import { consoleLogger } from './logger.ts';
import { b3Multi } from './propagation/b3-multi.ts';
import { b3Single } from './propagation/b3-single.ts';
import type { Propagator } from './propagation/propagator.ts';
import { w3cBaggage } from './propagation/w3c-baggage.ts';
import { w3cTraceContext } from './propagation/w3c.ts';
import { otlpReporter } from './reporting/otlp-reporter.ts';
import type { Recorder } from './reporting/recorder.ts';
import { constantSampler } from './sampling/constant.ts';
import { parentBased } from './sampling/parent-based.ts';
import { probabilitySampler } from './sampling/probability.ts';
import type { Sampler } from './sampling/sampler.ts';
import type { CheckedTracerOptions, PropagatorLists, TracerOptions } from './tracer-options.ts';

const known: ReadonlySet<string> = new Set<keyof TracerOptions>([
  'serviceName',
  'sampler',
  'recorders',
  'propagators',
  'scopeManager',
  'tags',
  'ids',
  'limits',
  'clock',
  'logger',
  'debug',
]);

/** Fills in the defaults. Throws a `TypeError` that shows the value and what to do for anything wrong. */
export function checkOptions(options: TracerOptions, defaultScopeManager: () => ScopeManager): CheckedTracerOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalidOption('createTracer', options, "takes an object of options, such as { serviceName: 'shop' }");
  }
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw invalidOption('createTracer', unknown, `knows only the options ${[...known].join(', ')}`);
  const logger = withMethod(
    'logger',
    options.logger ?? consoleLogger,
    'warn',
    'must have a warn(message) method, like console',
  );
  return {
    sampler: checkSampler(options.sampler),
    recorders: checkRecorders(options.recorders, logger),
    propagators: checkPropagators(options.propagators),
    scopeManager: withMethod(
      'scopeManager',
      options.scopeManager ?? defaultScopeManager(),
      'activate',
      'must be a ScopeManager',
    ),
    tags: checkTags(options.tags),
    ids: withMethod(
      'ids',
      options.ids ?? new CryptoIds(),
      'nextWord',
      'must have a nextWord() method, like new SeededIds(1)',
    ),
    limits: checkLimits(options.limits),
    clock: withMethod(
      'clock',
      options.clock ?? systemClock,
      'monotonicMillis',
      'must have monotonicMillis() and wallMillis()',
    ),
    logger,
    debug: checkDebug(options.debug),
    // Last, because it may warn: a wrong option throws without having said anything.
    serviceName: checkServiceName(options.serviceName, logger),
  };
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
  logger.warn(
    "spanwise: no service name; spans are reported as unknown_service. Give one: createTracer({ serviceName: 'shop' })",
  );
  return 'unknown_service';
}

function checkSampler(sampler: Sampler | number | undefined): Sampler {
  if (sampler === undefined) return parentBased(constantSampler(true));
  if (typeof sampler === 'number') return parentBased(probabilitySampler(sampler));
  return withMethod('sampler', sampler, 'sample', 'must be a Sampler or a rate from 0 to 1');
}

function checkRecorders(recorders: readonly Recorder[] | undefined, logger: Logger): readonly Recorder[] {
  if (recorders === undefined) return [otlpReporter({ logger })];
  if (!Array.isArray(recorders))
    throw invalidOption('createTracer: recorders', recorders, 'must be an array, such as [otlpReporter()]');
  for (const recorder of recorders)
    withMethod('recorders', recorder, 'finish', 'must hold recorders, with a finish(record) method');
  return [...recorders];
}

function checkPropagators(propagators: TracerOptions['propagators']): PropagatorLists {
  if (propagators === undefined) {
    return { extract: [w3cTraceContext, b3Single, b3Multi, w3cBaggage], inject: [w3cTraceContext, w3cBaggage] };
  }
  const lists = Array.isArray(propagators)
    ? { extract: propagators, inject: propagators }
    : (propagators as PropagatorLists);
  return {
    extract: checkPropagatorList('extract', lists?.extract),
    inject: checkPropagatorList('inject', lists?.inject),
  };
}

function checkPropagatorList(use: string, propagators: readonly Propagator[] | undefined): readonly Propagator[] {
  if (!Array.isArray(propagators)) {
    throw invalidOption(
      `createTracer: propagators.${use}`,
      propagators,
      'must be an array, such as [w3cTraceContext, w3cBaggage]',
    );
  }
  const taken = new Set<string>();
  for (const propagator of propagators as readonly Propagator[]) {
    withMethod('propagators', propagator, 'extract', 'must hold propagators, such as w3cTraceContext');
    for (const field of propagator.fields) checkField(propagator, field, taken);
  }
  return [...propagators] as Propagator[];
}

function checkField(propagator: Propagator, field: string, taken: Set<string>): void {
  if (field !== field.toLowerCase() || field.length === 0 || field.length > 31) {
    throw invalidOption(
      `createTracer: propagators, fields of ${propagator.name}`,
      field,
      'must be in lower case, of 1 to 31 characters',
    );
  }
  if (taken.has(field))
    throw invalidOption('createTracer: propagators', field, 'must not hold two propagators that read one header');
  taken.add(field);
}

function checkTags(tags: TracerOptions['tags']): Readonly<Record<string, unknown>> {
  if (tags === undefined) return {};
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    throw invalidOption('createTracer: tags', tags, "must be an object, such as { 'deployment.environment': 'test' }");
  }
  return tags;
}

function withMethod<Type>(option: string, value: Type, method: string, rule: string): Type {
  if (typeof (value as Record<string, unknown> | null)?.[method] === 'function') return value;
  throw invalidOption(`createTracer: ${option}`, value, rule);
}
