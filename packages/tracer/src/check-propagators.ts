import { invalidOption } from './internal/invalid-option.ts';
import { b3Multi } from './propagation/b3-multi.ts';
import { b3Single } from './propagation/b3-single.ts';
import type { Propagator } from './propagation/propagator.ts';
import { w3cBaggage } from './propagation/w3c-baggage.ts';
import { w3cTraceContext } from './propagation/w3c.ts';
import type { PropagatorLists, TracerOptions } from './tracer-options.ts';

const longestField = 31;

/** The default lists, or those given, each propagator checked for what its list uses of it. */
export function checkPropagators(propagators: TracerOptions['propagators']): PropagatorLists {
  if (propagators === undefined) {
    return { extract: [w3cTraceContext, b3Single, b3Multi, w3cBaggage], inject: [w3cTraceContext, w3cBaggage] };
  }
  const lists = Array.isArray(propagators)
    ? { extract: propagators, inject: propagators }
    : (propagators as PropagatorLists);
  return { extract: checkExtracting(lists?.extract), inject: checkList('inject', lists?.inject) };
}

function checkList(use: 'extract' | 'inject', propagators: readonly Propagator[] | undefined): readonly Propagator[] {
  const option = `createTracer: propagators.${use}`;
  if (!Array.isArray(propagators))
    throw invalidOption(option, propagators, 'must be an array, such as [w3cTraceContext, w3cBaggage]');
  for (const propagator of propagators as readonly (Propagator | null | undefined)[]) {
    if (typeof propagator?.[use] !== 'function') {
      throw invalidOption(option, propagator, `must hold propagators with an ${use} method, such as w3cTraceContext`);
    }
  }
  return [...propagators] as Propagator[];
}

function checkExtracting(given: readonly Propagator[] | undefined): readonly Propagator[] {
  const propagators = checkList('extract', given);
  const taken = new Set<string>();
  for (const propagator of propagators) {
    const { name, carries, fields } = propagator;
    if (carries !== 'trace' && carries !== 'baggage')
      throw invalidOption(`createTracer: propagators: carries of ${name}`, carries, 'must be "trace" or "baggage"');
    if (!Array.isArray(fields))
      throw invalidOption(`createTracer: propagators: fields of ${name}`, fields, 'must be an array of header names');
    for (const field of fields as readonly unknown[]) checkField(name, field, taken);
  }
  return propagators;
}

function checkField(name: string, field: unknown, taken: Set<string>): void {
  const isName = typeof field === 'string' && field === field.toLowerCase();
  if (!isName || field.length === 0 || field.length > longestField) {
    throw invalidOption(
      `createTracer: propagators: fields of ${name}`,
      field,
      `must be in lower case, of 1 to ${longestField} characters`,
    );
  }
  if (taken.has(field))
    throw invalidOption('createTracer: propagators', field, 'must not hold two propagators that read one header');
  taken.add(field);
}
