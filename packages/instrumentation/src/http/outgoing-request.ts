import type { RequestOptions } from 'node:http';
import { urlToHttpOptions } from 'node:url';

import { UNTRACED } from '@spanwise/opentracing';

type Headers = { [name: string]: unknown } | readonly unknown[];
type Options = { [key: string]: unknown };
/** The options that are read here; Node checks their types. */
type ReadOptions = { [key in 'method' | 'hostname' | 'host' | 'protocol' | 'path']?: string | null } & {
  [key in 'port' | 'defaultPort']?: number | string | null;
};

/**
 * A request as an application describes it to `http.request`, in any of its call shapes, before Node has made anything
 * of it. What the application gave is never written to.
 */
export class OutgoingRequest {
  /** `POST`, in capitals. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The host's name or address, without the port. */
  readonly host: string;
  readonly #options: Options;
  readonly #callback: unknown;
  readonly #added: { [name: string]: string } = {};
  readonly #removed: Set<string> = new Set();

  /**
   * @param args what `http.request` or `https.request` was called with.
   * @param protocol `http:` or `https:`, whichever module was called.
   * @throws what Node throws for a URL that is none.
   */
  constructor(args: readonly unknown[], protocol: 'http:' | 'https:') {
    const { options, callback } = readArguments(args);
    this.#options = options;
    this.#callback = callback;
    const read = options as ReadOptions;
    this.method = (read.method ?? 'GET').toUpperCase();
    this.host = read.hostname || read.host || 'localhost';
    const scheme = read.protocol || protocol;
    this.url = `${scheme}//${authority(this.host, read, scheme)}${read.path || '/'}`;
  }

  /** The headers that the application gave, by name; a copy. */
  get headers(): { [name: string]: unknown } {
    return Object.fromEntries(entries(this.#options['headers']));
  }

  /** Adds a header, in the place of one that the application gave. */
  setHeader(name: string, value: string): void {
    this.#added[name] = value;
  }

  /** Leaves out a header that the application gave; `name` is in lower case. */
  removeHeader(name: string): void {
    this.#removed.add(name);
  }

  /**
   * Arguments for `http.request` that say the same, with the headers changed. They are marked as seen: a `get` of
   * somebody else's may call `http.request`, and that must not make a second span.
   */
  toArguments(): unknown[] {
    const options: RequestOptions & Options & { [UNTRACED]: true } = { ...this.#options, [UNTRACED]: true };
    options['headers'] = withHeaders(this.#options['headers'], this.#added, this.#removed) as never;
    return this.#callback === undefined ? [options] : [options, this.#callback];
  }
}

/** As Node reads them: (options, callback?), (url, callback?), (url, options, callback?). */
function readArguments(args: readonly unknown[]): { options: Options; callback: unknown } {
  const url = urlOf(args[0]);
  if (url === undefined) return { options: (args[0] ?? {}) as Options, callback: args[1] };
  const base = urlToHttpOptions(url) as unknown as Options;
  if (typeof args[1] === 'function') return { options: base, callback: args[1] };
  return { options: { ...base, ...(args[1] as object | undefined) }, callback: args[2] };
}

function urlOf(input: unknown): URL | undefined {
  if (typeof input === 'string') return new URL(input);
  if (input instanceof URL) return input;
  // Node takes objects of other URL implementations by these same marks.
  const like = input as { href?: unknown; protocol?: unknown; auth?: unknown; path?: unknown } | null | undefined;
  if (like?.href && like.protocol && like.auth === undefined && like.path === undefined) return input as URL;
  return undefined;
}

function authority(host: string, { port: given, defaultPort }: ReadOptions, scheme: string): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const port = given ?? defaultPort;
  if (port === undefined || port === null || port === '') return name;
  return Number(port) === (scheme === 'https:' ? 443 : 80) ? name : `${name}:${port}`;
}

/** Headers may be an object, a flat list (`[name, value, name, value]`), or a list of pairs. */
function entries(headers: unknown): [string, unknown][] {
  if (typeof headers !== 'object' || headers === null) return [];
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (Array.isArray(headers[0])) return headers.map((pair) => [String(pair[0]), pair[1]]);
  const pairs: [string, unknown][] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) pairs.push([String(headers[i]), headers[i + 1]]);
  return pairs;
}

function withHeaders(headers: unknown, added: { [name: string]: string }, removed: ReadonlySet<string>): Headers {
  const names = new Set([...removed, ...Object.keys(added).map((name) => name.toLowerCase())]);
  // Node takes the last of two names that differ in case, which would be the application's.
  const kept = entries(headers).filter(([name]) => !names.has(name.toLowerCase()));
  if (!Array.isArray(headers)) return { ...Object.fromEntries(kept), ...added };
  const all = [...kept, ...Object.entries(added)];
  return Array.isArray(headers[0]) ? all : all.flat();
}
