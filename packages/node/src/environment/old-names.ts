import type { Variables } from './variables.ts';

/** Variables that Jaeger's clients called old, and what to write now. */
const NEW_NAMES: { readonly [old: string]: string } = {
  JAEGER_DISABLE: 'JAEGER_DISABLED',
  JAEGER_SAMPLER_HOST: 'JAEGER_SAMPLER_MANAGER_HOST_PORT=host:port',
  JAEGER_SAMPLER_PORT: 'JAEGER_SAMPLER_MANAGER_HOST_PORT=host:port',
  JAEGER_REPORTER_ENDPOINT: 'JAEGER_ENDPOINT',
  JAEGER_REPORTER_USER: 'JAEGER_USER',
  JAEGER_REPORTER_PASSWORD: 'JAEGER_PASSWORD',
  JAEGER_REPORTER_AGENT_HOST: 'JAEGER_AGENT_HOST',
  JAEGER_REPORTER_AGENT_PORT: 'JAEGER_AGENT_PORT',
};

/**
 * Says of each old name that is set what its new one is. They are read all the same.
 *
 * Source: jaeger-client-node 3.19, `deprecatedEnvVars`.
 */
export function warnOfOldNames(variables: Variables): void {
  for (const [old, now] of Object.entries(NEW_NAMES)) {
    if (variables.value(old) !== undefined) variables.note(`${old} is an old name; write ${now} instead`);
  }
}
