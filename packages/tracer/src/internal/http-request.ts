import type * as http from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import type * as https from 'node:https';

import { UNTRACED } from '@spanwise/opentracing';

import type { Timers } from '../timers.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { invalidOption } from './invalid-option.ts';

/** The address, or a `TypeError` that shows it without user, password, query and fragment. */
export function parseHttpUrl(
  option: string,
  url: string | URL,
  defaultPath: string,
  example: string = `http://127.0.0.1:4318${defaultPath}`,
): URL {
  const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw invalidOption(option, withoutSecrets(String(url)), `must be an http: or https: address such as ${example}`);
  }
  if (parsed.pathname === '/' && parsed.search === '') parsed.pathname = defaultPath;
  return parsed;
}

/** Either of them. */
export type HttpModule = typeof http | typeof https;

/** What makes requests to the address. Node only. */
export function httpModuleFor({ protocol }: URL): HttpModule {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
}

/** What all requests to the address have in common: none gets a span. Throws for credentials that cannot be read. */
export function requestOptions(option: string, url: URL): RequestOptions {
  const { hostname, port, pathname, search } = url;
  const auth = credentialsOf(option, url);
  const options: RequestOptions & { [UNTRACED]: true } = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
    ...(auth !== undefined && { auth }),
    [UNTRACED]: true,
  };
  return options;
}

/**
 * Ends a request that has no whole answer in time, and tells `failed` of that and of errors. A backend that accepts and
 * never answers must not keep a process running that is done; `flush` does while it waits.
 */
export function limitRequest(
  outgoing: ClientRequest,
  timeoutMillis: number,
  timers: Pick<Timers, 'schedule'>,
  failed: (error: unknown) => void,
): void {
  const timer = timers.schedule(timeoutMillis, () => {
    failed(new Error(`no answer in ${timeoutMillis} ms`));
    outgoing.destroy();
  });
  outgoing.once('socket', (socket) => socket.unref());
  outgoing.once('close', () => timer.cancel());
  outgoing.on('error', failed);
}

/**
 * Runs functions in the async context in which this was called. A span that fills a batch would otherwise hand its
 * request's context to a socket that lives for hours, and everything that context holds.
 */
export function outsideOfRequests(): <T>(run: () => T) => T {
  const { AsyncResource } = process.getBuiltinModule('node:async_hooks');
  const resource = new AsyncResource('SpanwiseExport');
  return (run) => resource.runInAsyncScope(run);
}

/** In a word, for the log: `ECONNREFUSED`, say. */
export function networkError(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
}

/** User and password of the address, for basic authentication; undefined where there are none. */
function credentialsOf(option: string, { username, password, href }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw invalidOption(option, withoutSecrets(href), 'must have user and password percent-encoded ("%25" for "%")');
  }
}
