/** What a statement or a URL says about the call that it was sent with. */
export interface CallTarget {
  /** Without values and identifiers: equal for calls that differ in these only. */
  readonly shape: string;
  /** What was sent, where all of it is known to be there: equal for calls that ask the same. */
  readonly exact: string | undefined;
  /** It changes nothing. */
  readonly reads: boolean;
  /** One page of many, or one part of an upload: it is asked for after the one before. */
  readonly isPage: boolean;
  /** Many rows or keys at once: what an N+1 would be made into. */
  readonly isBatch: boolean;
  /** Asks whether somebody is well. */
  readonly isHealthCheck: boolean;
  /** Lasts by its nature: a stream, a subscription, a long poll. */
  readonly isStream: boolean;
  /** Begins or ends a transaction, or sets something up, and so does next to no work. */
  readonly control: 'begin' | 'end' | 'other' | undefined;
  /** Asks for a lock by name. */
  readonly locks: boolean;
}

/** A call of which nothing but the span's name is known. */
export const unknownTarget: CallTarget = {
  shape: '',
  exact: undefined,
  reads: false,
  isPage: false,
  isBatch: false,
  isHealthCheck: false,
  isStream: false,
  control: undefined,
  locks: false,
};

/** Enough to tell statements apart, and bounded for those with a megabyte of values. */
const longestRead = 4096;

const sqlValues = /'(?:[^']|'')*'?|\$\d+|[:@]\w+|\?|\b\d[\w.]*/g;
const sqlList = /\(\s*\?(?:\s*,\s*\?)+\s*\)/g;

/** Reads a SQL statement, with its values or without. */
export function statementTarget(statement: string): CallTarget {
  const sent = withoutLeadingComments(statement);
  const text = sent.slice(0, longestRead).replace(/\s+/g, ' ').trim();
  const values = text.replace(sqlValues, '?');
  const shape = values.replace(sqlList, '(?)');
  const reads = /^(?:select|show|values|with)\b/i.test(text) && !/\b(?:insert|update|delete|merge)\b/i.test(text);
  return {
    ...unknownTarget,
    shape,
    // Tracers take values out, and placeholders hide them: two such statements may ask for different things.
    exact: values.includes('?') || sent.length > longestRead ? undefined : text,
    reads: reads && !/\bfor (?:no key )?(?:update|share)\b/i.test(text),
    isPage: isPageOfRows(shape),
    isBatch: /\bany ?\(|\bunnest ?\(|\) ?, ?\(|\bin ?\( ?\? ?,|^copy\b/i.test(values),
    control: controlOf(text),
    locks: locksSql.test(text),
  };
}

/** Libraries say in them who asks, frameworks where. What MySQL runs out of a comment, `/*!`, stays. */
function withoutLeadingComments(statement: string): string {
  let at = 0;
  for (;;) {
    while (at < statement.length && /\s/.test(statement[at]!)) at++;
    const isLine = statement.startsWith('--', at);
    if (!isLine && (!statement.startsWith('/*', at) || statement[at + 2] === '!')) return statement.slice(at);
    const end = statement.indexOf(isLine ? '\n' : '*/', at + 2);
    at = end === -1 ? statement.length : end + (isLine ? 1 : 2);
  }
}

/**
 * True for `OFFSET`, and for what lies behind a key. `LIMIT` alone is no page: mappers write it on every lookup of one row. One
 * expression for a condition, `ORDER BY` and `LIMIT` would try each pair of the two again for each condition.
 */
function isPageOfRows(shape: string): boolean {
  if (/\boffset\b|^fetch\b/i.test(shape)) return true;
  const behind = from(shape, /(?<![<>-])[<>] ?\(? ?\?/);
  return behind !== undefined && /\blimit\b/i.test(from(behind, /\border by\b/i) ?? '');
}

/** The text from the first match on. */
function from(text: string, pattern: RegExp): string | undefined {
  const at = text.search(pattern);
  return at === -1 ? undefined : text.slice(at);
}

const locksSql =
  /^lock\b|\bfor (?:no key )?(?:update|share)\b|\bpg_advisory_(?:xact_)?lock(?:_shared)?\s*\(|\bget_lock\s*\(/i;

function controlOf(text: string): CallTarget['control'] {
  if (/^(?:begin|start transaction)\b/i.test(text)) return 'begin';
  if (/^(?:commit|end|rollback|abort)\b/i.test(text)) return /\bto\b/i.test(text) ? 'other' : 'end';
  return /^(?:set|savepoint|release|discard|deallocate|reset)\b/i.test(text) ? 'other' : undefined;
}

/** Reads a URL or a request target. `name` is the span's: a route template in it beats guesses about the path. */
export function urlTarget(method: string, url: string, name: string): CallTarget {
  const verb = method.toUpperCase();
  const [address, query] = halvesOf(url.slice(0, longestRead));
  const names = query === '' ? [] : query.split('&').map((pair) => pair.split('=', 1)[0]!.toLowerCase());
  const reads = verb === 'GET' || verb === 'HEAD';
  const last = lastSegmentOf(address);
  const path = hasTemplate(name) ? originOf(address) + name : shapeOfAddress(address);
  return {
    ...unknownTarget,
    shape: `${verb} ${path}?${[...new Set(names)].sort().join('&')}`,
    exact: url.length <= longestRead && !url.includes('REDACTED') ? `${verb} ${url}` : undefined,
    reads,
    isPage: isPageOfList(address, names),
    isBatch: /(?:^|:)(?:batch|bulk)\w*$/i.test(last),
    isHealthCheck: healthChecks.has(last.toLowerCase()),
    isStream: /^wss?:/i.test(url) || isStreamName(last),
  };
}

/** `start` alone may be a time or a place: with a size it is where a page begins. */
function isPageOfList(address: string, names: readonly string[]): boolean {
  if (/\/page\/\d{1,6}\/?$/i.test(address) || names.some((parameter) => pageParameters.has(parameter))) return true;
  return names.includes('start') && names.some((parameter) => sizeParameters.has(parameter));
}

const pageParameters: ReadonlySet<string> = new Set(
  (
    'page,offset,cursor,after,before,skip,since,pagetoken,page_token,continuation,continuationtoken,continuation-token,next,marker,' +
    'startafter,start-after,starting_after,ending_before,nexttoken,next_token,nextpagetoken,page_info,pagenumber,page_number,' +
    'partnumber'
  ).split(','),
);

const sizeParameters: ReadonlySet<string> = new Set('count,limit,rows,size,num,maxresults'.split(','));

const healthChecks: ReadonlySet<string> = new Set(
  'health,healthz,healthcheck,ready,readyz,live,livez,ping,heartbeat'.split(','),
);

function lastSegmentOf(address: string): string {
  const end = address.endsWith('/') ? address.length - 1 : address.length;
  return address.slice(address.lastIndexOf('/', end - 1) + 1, end);
}

/** True for the names that streams, subscriptions and long polls go by: of a method, a path, or the last word of a sentence. */
export function isStreamName(name: string): boolean {
  return streamWord.test(name);
}

const streamWord =
  /(?:^|[/\s._-])(?:stream(?:ing)?|subscribe|subscription|watch|poll|long-?poll(?:ing)?|sse|websocket|ws|tail|listen)\/?$/i;

/** What stands before and behind the question mark; a fragment is no part of a request. */
function halvesOf(url: string): readonly [address: string, query: string] {
  const fragment = url.indexOf('#');
  const sent = fragment === -1 ? url : url.slice(0, fragment);
  const mark = sent.indexOf('?');
  return mark === -1 ? [sent, ''] : [sent.slice(0, mark), sent.slice(mark + 1)];
}

function hasTemplate(name: string): boolean {
  return /\/(?::\w|\{|<|\*)/.test(name);
}

function originOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(address)?.[0] ?? '';
}

/** Host names with digits stay: they hold a point or a colon. In a path both may stand before an identifier. */
function shapeOfAddress(address: string): string {
  const segments = address.split('/');
  const hasHost = segments[0] !== '' || segments[1] === '';
  const host = !hasHost ? -1 : segments[1] === '' ? 2 : 0;
  return segments
    .map((segment, at) => (at <= host && /[.:]/.test(segment) ? segment : shapeOfSegment(segment)))
    .join('/');
}

/** Versions stay: `v2` names an interface, `17` a thing. */
function shapeOfSegment(segment: string): string {
  const looksLikeId = /\d|%|@/.test(segment) || segment.length >= 24;
  return looksLikeId && !/^v\d{1,3}$/i.test(segment) ? ':id' : segment;
}

/** A span's name without what may be an identifier in it. */
export function shapeOfName(name: string): string {
  if (!/\d/.test(name)) return name;
  return name.replace(/[\w-]+/g, (word) => (/\d/.test(word) && !/^v\d{1,3}$/i.test(word) ? '?' : word));
}
