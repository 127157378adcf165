import { BOOLEAN_FIX, parseBoolean } from './boolean.ts';
import type { Variables } from './variables.ts';

/** Variables of Jaeger's clients that mean something which does not exist here. */
const WITHOUT_EFFECT: { readonly [name: string]: string } = {
  JAEGER_SENDER_FACTORY: 'leave it out; OTEL_TRACES_EXPORTER says who sends',
  JAEGER_RPC_METRICS: 'leave it out; there are no such metrics here',
};

/** Says of each variable that is set, and changes nothing, that it does so. */
export function warnOfNoEffect(variables: Variables): void {
  for (const [name, fix] of Object.entries(WITHOUT_EFFECT)) {
    const value = variables.value(name);
    if (value !== undefined && parseBoolean(value) !== false) variables.warn(name, value, fix, 'has no effect here');
  }
  const name = 'JAEGER_REPORTER_LOG_SPANS';
  if (variables.read([name], parseBoolean, BOOLEAN_FIX) !== true) return;
  variables.warn(name, variables.value(name)!, 'write false', 'is not here yet, and spans are sent and not logged');
}
