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
    const parse = (value: string, name: string): PropagatorLists | undefined =>
      parseNames(variables, name, namesIn(value, /[\s,]+/), JAEGER_FORMATS, fix);
    return variables.read(['JAEGER_PROPAGATION'], parse, fix);
  }
  const fix = `write some of ${Object.keys(FORMATS).join(', ')}, separated by commas, or none alone`;
  const parse = (value: string, name: string): PropagatorLists | undefined => {
    const names = namesIn(value, ',');
    const isNone = names.length === 1 && names[0] === 'none';
    return isNone ? { extract: [], inject: [] } : parseNames(variables, name, names, FORMATS, fix, 'none');
  };
  return variables.read(['OTEL_PROPAGATORS'], parse, fix);
}

/** By both names both forms of B3 are read, as the specification asks, and one is written. */
const FORMATS: { readonly [name: string]: readonly PropagatorLists[] } = {
  tracecontext: [both(w3cTraceContext)],
  baggage: [both(w3cBaggage)],
  b3: [{ extract: [b3Single, b3Multi], inject: [b3Single] }],
  b3multi: [{ extract: [b3Single, b3Multi], inject: [b3Multi] }],
  jaeger: [both(jaeger)],
  xray: [both(xray)],
  ottrace: [both(basictracer)],
  datadog: [both(datadog)],
};

/** Jaeger's clients write B3 in several headers. */
const JAEGER_FORMATS: { readonly [name: string]: readonly PropagatorLists[] } = {
  jaeger: FORMATS['jaeger']!,
  b3: FORMATS['b3multi']!,
  w3c: [...FORMATS['tracecontext']!, ...FORMATS['baggage']!],
};

function both(propagator: PropagatorLists['extract'][number]): PropagatorLists {
  return { extract: [propagator], inject: [propagator] };
}

/** In lower case, each once. */
function namesIn(value: string, separator: string | RegExp): readonly string[] {
  const names = value.split(separator).map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ''))];
}

/** A name that is not known, or that may only stand alone, costs itself, and not the formats that the rest of a fleet speaks. */
function parseNames(
  variables: Variables,
  variable: string,
  names: readonly string[],
  formats: { readonly [name: string]: readonly PropagatorLists[] },
  fix: string,
  alone?: string,
): PropagatorLists | undefined {
  const known = names.filter((name) => Object.hasOwn(formats, name));
  if (known.length === 0) return undefined;
  const unknown = names.filter((name) => !known.includes(name) && name !== alone);
  const leftOut = [
    ...(alone !== undefined && names.includes(alone) ? [`${alone}, which stands alone`] : []),
    ...(unknown.length > 0 ? [`${unknown.join(', ')}, which is not understood`] : []),
  ];
  if (leftOut.length > 0) {
    const outcome = `is used as ${known.join(',')}, without ${leftOut.join(', and without ')}`;
    variables.warn(variable, variables.value(variable)!, fix, outcome);
  }
  return together(known.flatMap((name) => formats[name]!));
}

function together(formats: readonly PropagatorLists[]): PropagatorLists {
  return {
    extract: [...new Set(formats.flatMap(({ extract }) => extract))],
    inject: [...new Set(formats.flatMap(({ inject }) => inject))],
  };
}
