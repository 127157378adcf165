import type * as nodeHttp from 'node:http';

import { invalidOption } from '../internal/invalid-option.ts';

const option = 'httpTransport: headers';

/**
 * What one connection, or the length and form of one body, is about (RFC 9110 §7.6.1 and §8.6): a backend refuses a body that
 * is not as they say. Not `host`, which names the backend behind a proxy or a forwarded port.
 */
const ofTransport = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * A copy of the headers, each one such as HTTP can send, and none that is the transport's own: otherwise every request would
 * fail, after the application has started. Throws a `TypeError` that names the header; its value may be a secret and is not
 * shown.
 */
export function checkHeaders(headers: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  const rule = "must be an object of names and values, such as { 'x-tenant': 'one' }";
  if (typeof headers === 'string')
    throw new TypeError(`${option} ${rule}; it was a text, which may hold a secret and is not shown`);
  // What iterates (a Map, a Headers, an array) has no properties to send.
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers)
    throw invalidOption(option, headers, rule);
  for (const [name, value] of Object.entries(headers)) {
    if (!isAllowed(() => http().validateHeaderName(name)))
      throw invalidOption(option, name, 'must have names of letters, digits and hyphens');
    if (ofTransport.has(name.toLowerCase())) throw ownHeader(name);
    if (!isAllowed(() => http().validateHeaderValue(name, value))) throw invalidValue(name, value);
  }
  return { ...headers };
}

function http(): typeof nodeHttp {
  return process.getBuiltinModule('node:http');
}

function isAllowed(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}

function ownHeader(name: string): TypeError {
  const fix = name.toLowerCase() === 'content-encoding' ? " (for gzip give compression: 'gzip')" : '';
  return invalidOption(option, name, `must be without those that the transport sets itself${fix}; leave it out`);
}

function invalidValue(name: string, value: unknown): TypeError {
  if (typeof value !== 'string') return invalidOption(`${option}: ${name}`, value, 'must have a value that is text');
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  const position = value.search(/[^\t\x20-\x7e\x80-\xff]/);
  return new TypeError(
    `${option}: ${name} must have a value without line breaks and other characters that HTTP does not allow ` +
      `(trim or percent-encode it); character ${position + 1} of ${value.length} was ${JSON.stringify(value[position])}`,
  );
}
