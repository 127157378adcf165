const maxMembers = 32;
/** Longer than any honest sender's; the specification asks for 512 at least. */
const maxHeaderLength = 8192;
const keptLength = 512;
const longMember = 128;

/**
 * Keys as in Trace Context level 2, where a digit may begin one and `@` is a character like others; level 1's
 * `tenant@system` is among them. Values: printable, no comma, no equals sign, no space at the end.
 */
const memberPattern =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * A received W3C `tracestate` made fit to be kept and sent on; join several headers with commas first. Empty members and
 * repeated keys are dropped (the first counts). The whole is dropped (empty string) when a member is malformed, there
 * are more than 32, or it is longer than 8192 characters. Above 512 characters members over 128 go first, then the last
 * ones, as the specification advises.
 */
export function normalizeTraceState(header: string): string {
  if (header === '' || header.length > maxHeaderLength) return '';
  // Nearly all there are: one member, such as `ot=th:8`, with nothing to take apart.
  if (header.length <= keptLength && memberPattern.test(header)) return header;
  const members = new Map<string, string>();
  for (const part of header.split(',')) {
    const member = withoutOuterSpace(part);
    if (member === '') continue;
    if (!memberPattern.test(member)) return '';
    const key = keyOf(member);
    if (members.has(key)) continue;
    if (members.size === maxMembers) return '';
    members.set(key, member);
  }
  return fitted([...members.values()]);
}

/** By positions: an expression for the space at the end tries every space in the middle, for as many steps as there are after it. */
function withoutOuterSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf('='));
}

function fitted(members: readonly string[]): string {
  const whole = members.join(',');
  if (whole.length <= keptLength) return whole;
  const kept = [...members];
  for (let index = kept.length - 1; index >= 0 && lengthOf(kept) > keptLength; index--) {
    if (kept[index]!.length > longMember) kept.splice(index, 1);
  }
  while (lengthOf(kept) > keptLength) kept.pop();
  return kept.join(',');
}

function lengthOf(members: readonly string[]): number {
  return members.reduce((sum, member) => sum + member.length + 1, -1);
}

/**
 * The rejection threshold `th` in OpenTelemetry's `ot` member, 1–14 lower-case hex digits with trailing zeros left out,
 * or `undefined` when absent or malformed. (OpenTelemetry specification, "TraceState: Probability Sampling".)
 */
export function otThreshold(traceState: string): string | undefined {
  const threshold = otValue(traceState, 'th');
  return threshold !== undefined && /^[0-9a-f]{1,14}$/.test(threshold) ? threshold : undefined;
}

/** The explicit randomness `rv` in OpenTelemetry's `ot` member, 14 lower-case hex digits, or `undefined`. */
export function otRandomValue(traceState: string): string | undefined {
  const value = otValue(traceState, 'rv');
  return value !== undefined && /^[0-9a-f]{14}$/.test(value) ? value : undefined;
}

/**
 * The same `tracestate` with `th` set, or removed when `undefined`. Other keys of `ot` and other members are kept in
 * order; `ot` moves to the front when it changed, and the last member gives way when there would be 33.
 *
 * @throws {RangeError} when the threshold is not 1–14 lower-case hex digits.
 */
export function withOtThreshold(traceState: string, threshold: string | undefined): string {
  if (threshold !== undefined && !/^[0-9a-f]{1,14}$/.test(threshold)) {
    throw new RangeError(`a sampling threshold is 1 to 14 lower-case hex digits, not ${JSON.stringify(threshold)}`);
  }
  if (traceState === '') return threshold === undefined ? '' : `ot=th:${threshold}`;
  return withOtField(traceState, 'th', threshold);
}

/**
 * The same `tracestate` with the explicit randomness `rv` set, as `withOtThreshold` does it. Only for the root of a
 * trace: later spans hand on what they got.
 *
 * @throws {RangeError} when the value is not 14 lower-case hex digits.
 */
export function withOtRandomValue(traceState: string, value: string): string {
  if (!/^[0-9a-f]{14}$/.test(value)) {
    throw new RangeError(`a random value is 14 lower-case hex digits, not ${JSON.stringify(value)}`);
  }
  return traceState === '' ? `ot=rv:${value}` : withOtField(traceState, 'rv', value);
}

function withOtField(traceState: string, key: string, value: string | undefined): string {
  const members = traceState.split(',');
  const index = members.findIndex((member) => member.trim().startsWith('ot='));
  const fields = index < 0 ? [] : otFields(members[index]!.trim());
  if (otValueOf(fields, key) === value) return traceState;
  const others = fields.filter((field) => !field.startsWith(`${key}:`));
  if (value !== undefined) others.unshift(`${key}:${value}`);
  if (index >= 0) members.splice(index, 1);
  if (others.length > 0) members.unshift(`ot=${others.join(';')}`);
  return members.slice(0, maxMembers).join(',');
}

function otValue(traceState: string, key: string): string | undefined {
  if (!traceState.includes('ot=')) return undefined;
  const member = traceState.split(',').find((part) => part.trim().startsWith('ot='));
  return member === undefined ? undefined : otValueOf(otFields(member.trim()), key);
}

function otFields(member: string): string[] {
  return member
    .slice('ot='.length)
    .split(';')
    .filter((field) => field !== '');
}

function otValueOf(fields: readonly string[], key: string): string | undefined {
  return fields.find((field) => field.startsWith(`${key}:`))?.slice(key.length + 1);
}
