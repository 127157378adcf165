import type { BaggageLoss } from './baggage-text.ts';
import {
  isToken,
  maxBaggageLength,
  maxItems,
  percentDecode,
  percentEncodeKey,
  percentEncodeValue,
  withItem,
} from './baggage-text.ts';

/**
 * Reads a W3C `baggage` header; join several headers with commas first. Keys and values come back percent-decoded
 * (broken sequences as U+FFFD), properties after `;` are dropped, malformed members are skipped, of a repeated key the
 * last counts. `undefined` when nothing usable is in it.
 *
 * Hostile input: members beyond the first 180 and everything behind 8192 characters are left out, never cut in the middle, and
 * counted in `loss`, as malformed members are.
 */
export function parseBaggage(
  header: string,
  loss: BaggageLoss = { droppedItems: 0 },
): Record<string, string> | undefined {
  let baggage: Record<string, string> | undefined;
  let start = 0;
  for (let members = 0; start < header.length; members++) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    const isTooMuch = members >= maxItems || end > maxBaggageLength;
    const member = isTooMuch ? undefined : parseMember(header.slice(start, end));
    if (member !== undefined) baggage = withItem(baggage ?? {}, member[0], member[1]);
    else if (isTooMuch || header.slice(start, end).trim() !== '') loss.droppedItems += 1;
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

/**
 * The W3C `baggage` header for these items, in their order; empty when there are none. The limits of `parseBaggage` hold
 * here too: an item that does not fit is left out whole. So is one with an empty key.
 */
export function formatBaggage(
  baggage: Readonly<Record<string, string>>,
  loss: BaggageLoss = { droppedItems: 0 },
): string {
  let header = '';
  let members = 0;
  for (const key of Object.keys(baggage)) {
    if (key === '' || members === maxItems) {
      loss.droppedItems += 1;
      continue;
    }
    const member = `${percentEncodeKey(key)}=${percentEncodeValue(String(baggage[key]))}`;
    const length = header.length + (members === 0 ? 0 : 1) + member.length;
    if (length > maxBaggageLength) {
      loss.droppedItems += 1;
      continue;
    }
    header += members === 0 ? member : `,${member}`;
    members++;
  }
  return header;
}
