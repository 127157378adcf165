/** Names that carry credentials in a query, in the spellings of OAuth, AWS, Azure and Google's signed URLs. */
const SECRET_PARAMETER =
  /([?&](?:access_token|id_token|refresh_token|token|auth|authorization|api[-_]?key|key|secret|client_secret|password|passwd|pwd|code|sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|awsaccesskeyid)=)[^&#]*/gi;

const LONG_TOKEN_LENGTH = 24;
const MAX_SEGMENTS = 6;

/**
 * A path with few distinct values, for span names: the query is dropped, a segment that looks like an identifier
 * becomes `:id`, and what follows the sixth segment becomes `*`. `/cart/1234/items?page=2` gives `/cart/:id/items`.
 *
 * A segment looks like an identifier when it starts with a digit, is a UUID, is eight or more hexadecimal digits with
 * a decimal one among them, holds a percent escape, an `@` or a `:`, or has 24 characters or more. A version such as
 * `v2` or a file such as `app.js` stays.
 */
export function lowCardinalityPath(target: string): string {
  const path = pathOf(target);
  let name = '';
  let copied = 0;
  let from = path.startsWith('/') ? 1 : 0;
  // By positions: lists of segments and expressions for each took 2 % of a small server's time.
  for (let segments = 0; from <= path.length; segments++) {
    if (segments === MAX_SEGMENTS) return `${name}${path.slice(copied, from)}*`;
    const slash = path.indexOf('/', from);
    const end = slash < 0 ? path.length : slash;
    if (isIdentifier(path, from, end)) {
      name += `${path.slice(copied, from)}:id`;
      copied = end;
    }
    from = end + 1;
  }
  return name + path.slice(copied);
}

/** The path of a request target: `/a` of `/a?b=c`, and of the absolute form `http://host/a` that proxies send. */
function pathOf(target: string): string {
  let start = 0;
  if (target.charCodeAt(0) !== 47 /* / */) {
    const scheme = target.indexOf('://');
    if (scheme < 0) return target === '*' ? '*' : '/';
    start = target.indexOf('/', scheme + 3);
    if (start < 0) return '/';
  }
  for (let i = start; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code === 63 /* ? */ || code === 35 /* # */) return target.slice(start, i);
  }
  return target.slice(start);
}

/** Whether the segment from `from` to `end` looks like one. */
function isIdentifier(path: string, from: number, end: number): boolean {
  const length = end - from;
  if (length >= LONG_TOKEN_LENGTH) return true;
  let hasDigit = false;
  let isHex = true;
  for (let i = from; i < end; i++) {
    const code = path.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      if (i === from) return true;
      hasDigit = true;
    } else if (code === 37 /* % */ || code === 64 /* @ */ || code === 58 /* : */) return true;
    else if (!isHexLetter(code) && code !== 45 /* - */) isHex = false;
  }
  return isHex && hasDigit && length >= 8;
}

function isHexLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 102;
}

/**
 * A URL or request target without what must not be kept: the user and password before an `@`, and the values of query
 * parameters that carry credentials (`token`, `password`, `sig`, `X-Amz-Signature` and their kin) become `REDACTED`.
 * A fragment never reaches a server and is dropped.
 */
export function redactedUrl(url: string): string {
  const fragment = url.indexOf('#');
  const kept = withoutUserInfo(fragment < 0 ? url : url.slice(0, fragment));
  return kept.includes('?') ? kept.replace(SECRET_PARAMETER, '$1REDACTED') : kept;
}

function withoutUserInfo(url: string): string {
  if (!url.includes('@')) return url;
  const scheme = url.indexOf('://');
  if (scheme < 0) return url;
  const authority = scheme + 3;
  const at = url.lastIndexOf('@', endOfAuthority(url, authority));
  return at < authority ? url : url.slice(0, authority) + url.slice(at + 1);
}

function endOfAuthority(url: string, from: number): number {
  for (let i = from; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === 47 /* / */ || code === 63 /* ? */ || code === 35 /* # */) return i;
  }
  return url.length;
}
