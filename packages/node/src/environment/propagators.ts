import { b3Multi, b3Single, basictracer, datadog, jaeger, w3cBaggage, w3cTraceContext, xray } from '@spanwise/tracer';
import type { PropagatorLists } from '@spanwise/tracer';

import type { Variables } from './variables.ts';

/**
 * The formats of `OTEL_PROPAGATORS`, or of `JAEGER_PROPAGATION`, in its order; `undefined` when neither says anything that
 * is understood. A name that comes again counts once.
 *
 * Source: OpenTelemetry specification 1.x, "General SDK Configuration"; `datadog` is ours. jaeger-client-java 1.8,
 * `Configuration.Propagation`, for Jaeger's.
 */
export function readPropagators(variables: Variables): PropagatorLists | undefined {
  if (variables.value('OTEL_PROPAGATORS') === undefined) {
    const fix = `write some of ${Object.keys(JAEGER_FORMATS).join(', ')}, separated by commas`;
    return variables.read(['JAEGER_PROPAGATION'], parseJaegerNames, fix);
  }
  const fix = `write some of ${Object.keys(FORMATS).join(', ')}, separated by commas, or none`;
  return variables.read(['OTEL_PROPAGATORS'], (value) => parseNames(variables, value, fix), fix);
}

/** By both names both forms of B3 are read, as the specification asks, and one is written. */
const FORMATS: { readonly [name: string]: PropagatorLists } = {
  tracecontext: both(w3cTraceContext),
  baggage: both(w3cBaggage),
  b3: { extract: [b3Single, b3Multi], inject: [b3Single] },
  b3multi: { extract: [b3Single, b3Multi], inject: [b3Multi] },
  jaeger: both(jaeger),
  xray: both(xray),
  ottrace: both(basictracer),
  datadog: both(datadog),
};

/** Jaeger's clients write B3 in several headers. */
const JAEGER_FORMATS: { readonly [name: string]: readonly PropagatorLists[] } = {
  jaeger: [FORMATS.jaeger!],
  b3: [FORMATS.b3multi!],
  w3c: [FORMATS.tracecontext!, FORMATS.baggage!],
};

function both(propagator: PropagatorLists['extract'][number]): PropagatorLists {
  return { extract: [propagator], inject: [propagator] };
}

/** A name that is not known costs itself, and not the formats that the rest of a fleet speaks. */
function parseNames(variables: Variables, value: string, fix: string): PropagatorLists | undefined {
  const names = value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'none') return { extract: [], inject: [] };
  const known = names.filter((name) => Object.hasOwn(FORMATS, name));
  if (known.length === 0) return undefined;
  const unknown = [...new Set(names)].filter((name) => !known.includes(name));
  if (unknown.length > 0)
    variables.warn('OTEL_PROPAGATORS', value, fix, `is used without ${unknown.join(', ')}, which is not understood`);
  return together(known.map((name) => FORMATS[name]!));
}

function parseJaegerNames(value: string): PropagatorLists | undefined {
  const names = value.toLowerCase().split(/[\s,]+/);
  if (!names.every((name) => Object.hasOwn(JAEGER_FORMATS, name))) return undefined;
  return together(names.flatMap((name) => JAEGER_FORMATS[name]!));
}

function together(formats: readonly PropagatorLists[]): PropagatorLists {
  return {
    extract: [...new Set(formats.flatMap(({ extract }) => extract))],
    inject: [...new Set(formats.flatMap(({ inject }) => inject))],
  };
}
