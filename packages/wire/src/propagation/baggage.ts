import { wellFormed } from '../internal/json-text.ts';

/** What the W3C asks every participant to pass on at least, and OpenTelemetry's limits. */
const maxHeaderLength = 8192;
const maxMemberLength = 4096;
const maxMembers = 180;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads a W3C `baggage` header; join several headers with commas first. Keys and values come back percent-decoded
 * (broken sequences as U+FFFD), properties after `;` are dropped, malformed members are skipped, of a repeated key the
 * last counts. `undefined` when nothing usable is in it.
 *
 * Hostile input: members beyond the first 180, members longer than 4096 and everything behind 8192 characters are left
 * out, never cut in the middle.
 */
export function parseBaggage(header: string): Record<string, string> | undefined {
  let baggage: Record<string, string> | undefined;
  let start = 0;
  for (let members = 0; members < maxMembers && start < header.length; members++) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    if (end > maxHeaderLength) break;
    const member = end - start <= maxMemberLength ? parseMember(header.slice(start, end)) : undefined;
    if (member !== undefined) baggage = withItem(baggage ?? {}, member[0], member[1]);
    start = end + 1;
  }
  return baggage;
}

function parseMember(member: string): readonly [key: string, value: string] | undefined {
  const semicolon = member.indexOf(';');
  const pair = semicolon < 0 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf('=');
  if (equals < 0) return undefined;
  const key = pair.slice(0, equals).trim();
  return isToken(key) ? [percentDecode(key), percentDecode(pair.slice(equals + 1).trim())] : undefined;
}

/** `token` of RFC 7230. */
function isToken(key: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(key);
}

function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  }
}

/** A run of escapes as UTF-8 with replacement; `decodeURIComponent` would refuse the whole. */
function decodeRun(run: string): string {
  const bytes = Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
  return utf8.decode(bytes);
}

function withItem(baggage: Record<string, string>, key: string, value: string): Record<string, string> {
  if (key === '__proto__') {
    Object.defineProperty(baggage, key, { value, enumerable: true, configurable: true, writable: true });
  } else baggage[key] = value;
  return baggage;
}

/**
 * The W3C `baggage` header for these items, in their order; empty when there are none. The limits of `parseBaggage` hold
 * here too: an item that does not fit is left out whole. So is one with an empty key.
 */
export function formatBaggage(baggage: Readonly<Record<string, string>>): string {
  let header = '';
  let members = 0;
  for (const key of Object.keys(baggage)) {
    if (key === '' || members === maxMembers) continue;
    const member = `${percentEncodeKey(key)}=${percentEncode(String(baggage[key]))}`;
    const length = header.length + (members === 0 ? 0 : 1) + member.length;
    if (member.length > maxMemberLength || length > maxHeaderLength) continue;
    header += members === 0 ? member : `,${member}`;
    members++;
  }
  return header;
}

function percentEncode(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

/** `encodeURIComponent` leaves parentheses alone, which no token may hold. */
function percentEncodeKey(key: string): string {
  return percentEncode(key).replaceAll('(', '%28').replaceAll(')', '%29');
}
