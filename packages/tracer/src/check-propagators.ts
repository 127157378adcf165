import { invalidOption } from './internal/invalid-option.ts';
import { b3Multi } from './propagation/b3-multi.ts';
import { b3Single } from './propagation/b3-single.ts';
import { jaeger } from './propagation/jaeger.ts';
import type { Propagator } from './propagation/propagator.ts';
import { inTextMap } from './propagation/propagator.ts';
import { w3cBaggage } from './propagation/w3c-baggage.ts';
import { w3cTraceContext } from './propagation/w3c.ts';
import type { PropagatorLists, TracerOptions } from './tracer-options.ts';

const longestField = 31;

/** The default lists, or those given, each propagator checked for what its list uses of it. */
export function checkPropagators(
  propagators: TracerOptions['propagators'],
  option: string = 'createTracer: propagators',
): PropagatorLists {
  if (propagators === undefined) {
    return { extract: [w3cTraceContext, w3cBaggage, b3Single, b3Multi, jaeger], inject: [w3cTraceContext, w3cBaggage] };
  }
  if (typeof propagators !== 'object' || propagators === null) {
    const rule = 'must be an array, such as [w3cTraceContext, w3cBaggage], or { extract, inject }';
    throw invalidOption(option, propagators, rule);
  }
  const lists = Array.isArray(propagators)
    ? { extract: propagators, inject: propagators }
    : (propagators as PropagatorLists);
  const extract = checkExtracting(lists?.extract, option);
  const inject = checkList('inject', lists?.inject, option);
  // In their forms for text maps they must fit together as well.
  checkExtracting(extract.map(inTextMap), option);
  checkList('inject', inject.map(inTextMap), option);
  return { extract, inject };
}

function checkList(
  use: 'extract' | 'inject',
  propagators: readonly Propagator[] | undefined,
  lists: string,
): readonly Propagator[] {
  const option = `${lists}.${use}`;
  if (!Array.isArray(propagators))
    throw invalidOption(option, propagators, 'must be an array, such as [w3cTraceContext, w3cBaggage]');
  for (const propagator of propagators as readonly (Propagator | null | undefined)[]) {
    if (typeof propagator?.[use] !== 'function') {
      throw invalidOption(option, propagator, `must hold propagators with an ${use} method, such as w3cTraceContext`);
    }
  }
  return [...propagators] as Propagator[];
}

function checkExtracting(given: readonly Propagator[] | undefined, option: string): readonly Propagator[] {
  const propagators = checkList('extract', given, option);
  const fields = new Set<string>();
  const prefixes: string[] = [];
  for (const propagator of propagators) {
    checkParts(propagator, option);
    for (const field of propagator.fields as readonly unknown[]) checkField(propagator.name, field, fields, option);
    if (propagator.prefix !== undefined) checkPrefix(propagator, prefixes, option);
  }
  return propagators;
}

function checkParts({ name, carries, fields, binary }: Propagator, option: string): void {
  if (carries !== 'trace' && carries !== 'baggage')
    throw invalidOption(`${option}: carries of ${name}`, carries, 'must be "trace" or "baggage"');
  if (!Array.isArray(fields))
    throw invalidOption(`${option}: fields of ${name}`, fields, 'must be an array of header names');
  if (binary !== undefined && (typeof binary?.extract !== 'function' || typeof binary.inject !== 'function'))
    throw invalidOption(`${option}: binary of ${name}`, binary, 'must have extract and inject');
}

function checkField(name: string, field: unknown, taken: Set<string>, option: string): void {
  checkName(`${option}: fields of ${name}`, field);
  if (taken.has(field)) throw invalidOption(option, field, 'must not hold two propagators that read one header');
  taken.add(field);
}

function checkPrefix(propagator: Propagator, taken: string[], option: string): void {
  const { name, prefix, carries } = propagator;
  checkName(`${option}: prefix of ${name}`, prefix);
  if (carries === 'trace' && typeof propagator.extractBaggage !== 'function')
    throw invalidOption(`${option}: prefix of ${name}`, prefix, 'needs an extractBaggage method beside it');
  if (taken.some((other) => other.startsWith(prefix) || prefix.startsWith(other)))
    throw invalidOption(option, prefix, 'must not hold two propagators that read one header');
  taken.push(prefix);
}

function checkName(option: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name === name.toLowerCase() && name.length > 0 && name.length <= longestField) return;
  throw invalidOption(option, name, `must be in lower case, of 1 to ${longestField} characters`);
}
