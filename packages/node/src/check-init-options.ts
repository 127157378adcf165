import { withoutSecrets } from '@spanwise/tracer';
import type { InitOptions } from './init-options.ts';
import type { InstrumentationChoice } from './loading/instrument.ts';

/** All names, so that one that is misspelt says so also when tracing is off; the compiler holds them to the type. */
const OPTIONS: Readonly<Record<keyof InitOptions, true>> = {
  serviceName: true,
  disabled: true,
  otlp: true,
  instrumentation: true,
  environment: true,
  runtimeProbe: true,
  sampler: true,
  recorders: true,
  redact: true,
  propagators: true,
  scopeManager: true,
  tags: true,
  ids: true,
  traceIdBits: true,
  longRunningSpans: true,
  limits: true,
  clock: true,
  logger: true,
  debug: true,
};

const OTLP: Readonly<Record<keyof NonNullable<InitOptions['otlp']>, true>> = {
  url: true,
  protocol: true,
  headers: true,
  compression: true,
  timeoutMillis: true,
};

const INSTRUMENTATION: Readonly<Record<keyof InstrumentationChoice, true>> = {
  httpServer: true,
  httpClient: true,
  fetch: true,
  grpcServer: true,
  grpcClient: true,
  pg: true,
  mqtt: true,
};

/**
 * Throws a `TypeError`, with the value and the fix, for what `init` itself understands, and for what it puts together with
 * the environment before the tracer could refuse it. The tracer and the reporter check the rest.
 */
export function checkInitOptions(options: InitOptions): void {
  checkNames('', options, OPTIONS, "init({ serviceName: 'shop' })");
  const { disabled, otlp, instrumentation, environment, runtimeProbe, tags, limits, logger } = options;
  checkBoolean('disabled', disabled);
  if (otlp !== undefined) checkNames('otlp', otlp, OTLP, "{ url: 'http://127.0.0.1:4318' }");
  if (instrumentation !== undefined) checkInstrumentation(instrumentation);
  checkObject('environment', environment, 'process.env');
  checkObject('tags', tags, "{ 'deployment.environment': 'test' }");
  checkObject('limits', limits, '{ maxTags: 64 }');
  if (runtimeProbe !== undefined && runtimeProbe !== false && !hasMethods(runtimeProbe, ['begin', 'end'])) {
    throw wrong('runtimeProbe', runtimeProbe, 'must be false, or have begin() and end(begun, span) methods');
  }
  // The environment's warnings go there before the tracer sees it.
  if (logger !== undefined && !hasMethods(logger, ['warn'])) {
    throw wrong('logger', logger, 'must have a warn(message) method, like console');
  }
}

function checkInstrumentation(choice: InstrumentationChoice): void {
  checkNames('instrumentation', choice, INSTRUMENTATION, '{ pg: false }');
  checkBoolean('instrumentation.fetch', choice.fetch);
  checkBoolean('instrumentation.pg', choice.pg);
  checkBoolean('instrumentation.mqtt', choice.mqtt);
  for (const name of ['httpServer', 'httpClient', 'grpcServer', 'grpcClient'] as const) {
    const value = choice[name];
    if (value === undefined || value === false || isObject(value)) continue;
    throw wrong(`instrumentation.${name}`, value, 'must be an object of options, or false (or leave it out)');
  }
}

function checkNames(option: string, value: object, names: Readonly<Record<string, true>>, example: string): void {
  if (!isObject(value)) throw wrong(option, value, `must be an object of options, such as ${example}`);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) throw wrong(option, unknown, `knows only ${Object.keys(names).join(', ')}`);
}

function checkBoolean(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw wrong(option, value, 'must be true or false, without quotes (or leave it out)');
}

function checkObject(option: string, value: unknown, example: string): void {
  if (value === undefined || isObject(value)) return;
  throw wrong(option, value, `must be an object, such as ${example} (or leave it out)`);
}

/** Of another realm too; of a map, a promise or an address nobody could take the members. */
function isObject(value: unknown): boolean {
  const kind = Object.prototype.toString.call(value);
  return kind === '[object Object]' || kind === '[object Module]';
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  const members = value as Readonly<Record<string, unknown>> | null;
  return names.every((name) => typeof members?.[name] === 'function');
}

function wrong(option: string, value: unknown, rule: string): TypeError {
  return new TypeError(`init${option === '' ? '' : `: ${option}`} ${rule}; it was ${shown(value)}`);
}

/** As one would type it; an address among the wrong values may hold a password. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutSecrets(value).slice(0, 100));
  if (typeof value === 'function') return `function ${value.name}`.trimEnd();
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `an array of ${value.length}` : Object.prototype.toString.call(value);
}
