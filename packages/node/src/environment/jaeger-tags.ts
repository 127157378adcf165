import type { Variables } from './variables.ts';

const LEFT_OUT = 'is not understood and is left out';

/**
 * The tags of `JAEGER_TAGS`: `a=b, c=${ENV:default}`, without white space around names and values. What cannot be read
 * loses itself and nothing else. What a variable holds is taken as it is: a reference in it refers to nothing.
 *
 * Source: jaeger-client-node 3.19, `ConfigurationEnv`; the README of jaeger-client-go.
 */
export function readJaegerTags(variables: Variables): Record<string, string> {
  const entries = variables.value('JAEGER_TAGS')?.split(',') ?? [];
  const tags = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  return Object.fromEntries(tags.map((entry) => parseTag(entry, variables)).filter((tag) => tag !== undefined));
}

function parseTag(entry: string, variables: Variables): [string, string] | undefined {
  const equals = entry.indexOf('=');
  const name = entry.slice(0, Math.max(equals, 0)).trim();
  if (name === '') {
    variables.warn('JAEGER_TAGS', entry, 'write entries such as name=value, with commas between them', LEFT_OUT);
    return undefined;
  }
  const value = entry.slice(equals + 1).trim();
  const [, reference, fallback] = /^\$\{([^:}]*)(?::([^]*))?\}$/.exec(value) ?? [];
  const resolved = reference === undefined ? value : (variables.value(reference) ?? fallback);
  if (resolved !== undefined) return [name, resolved];
  const fix = `set ${reference}, or write a default: \${${reference}:default}`;
  variables.warn('JAEGER_TAGS', entry, fix, 'refers to what is not set and is left out');
  return undefined;
}
