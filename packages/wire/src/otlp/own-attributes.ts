import { peerEndpoint } from '../peer-endpoint.ts';
import type { AttributeValue, Attributes, Endpoint, SpanRecord } from '../span-record.ts';
import { attributeOf, noAttributes } from '../span-record.ts';

/*
 * What a record holds and OTLP has no field for travels as attributes, and is taken out again by the decoders. The other
 * side of a span travels as OpenTracing's peer tags, which stay attributes, so that other backends understand them.
 */

const debugKey = 'spanwise.debug';
const unfinishedKey = 'spanwise.unfinished';
const sharedKey = 'zipkin.shared';
const localPrefix = 'zipkin.local.';

/** The attributes to send beyond `span.attributes`; for almost every span none. */
export function ownAttributes(span: SpanRecord): Attributes {
  const { localEndpoint, remoteEndpoint } = span;
  if (!span.debug && !span.shared && !span.unfinished && localEndpoint === undefined && remoteEndpoint === undefined) {
    return noAttributes;
  }
  const extra: AttributeValue[] = [];
  if (span.debug) extra.push(debugKey, true);
  if (span.shared) extra.push(sharedKey, true);
  if (span.unfinished) extra.push(unfinishedKey, true);
  if (localEndpoint !== undefined) addEndpoint(extra, localPrefix, localEndpoint, noAttributes);
  if (remoteEndpoint !== undefined) addEndpoint(extra, 'peer.', remoteEndpoint, span.attributes);
  return extra;
}

function addEndpoint(extra: AttributeValue[], prefix: string, endpoint: Endpoint, present: Attributes): void {
  add(`${prefix}service`, endpoint.serviceName);
  add(`${prefix}ipv4`, endpoint.ipv4);
  add(`${prefix}ipv6`, endpoint.ipv6);
  add(`${prefix}port`, endpoint.port);

  function add(key: string, value: string | number | undefined): void {
    if (value !== undefined && attributeOf(present, key) === undefined) extra.push(key, value);
  }
}

/** What a record holds beside its attributes. */
export interface OwnFields {
  readonly debug: boolean;
  readonly shared: boolean;
  readonly unfinished: boolean;
  readonly localEndpoint: Endpoint | undefined;
  readonly remoteEndpoint: Endpoint | undefined;
}

/** What `takeOwnAttributes` found. */
export interface OwnAttributes extends OwnFields {
  /** The rest. */
  readonly attributes: Attributes;
}

/** What the attributes of almost every span say beside themselves. */
export const nothingOwn: OwnFields = Object.freeze({
  debug: false,
  shared: false,
  unfinished: false,
  localEndpoint: undefined,
  remoteEndpoint: undefined,
});

/** Whether `takeOwnAttributes` has to look at a list that holds this key. Cheap, and true for some others too. */
export function mayBeOwnKey(key: string): boolean {
  const first = key.charCodeAt(0);
  if (first === 0x70) return key.startsWith('peer.');
  if (first === 0x73) return key.startsWith('spanwise.');
  return first === 0x7a && key.startsWith('zipkin.');
}

/** The way back from `ownAttributes`. A mark counts only when it is exactly `true`; else it stays an attribute. */
export function takeOwnAttributes(attributes: Attributes): OwnAttributes {
  if (!mayHoldOwnKey(attributes)) return { attributes, ...nothingOwn };
  const rest: AttributeValue[] = [];
  const local: Record<string, AttributeValue> = {};
  const marks = new Set<string>();
  for (let index = 0; index < attributes.length; index += 2) {
    const key = attributes[index] as string;
    const value = attributes[index + 1]!;
    if (isMark(key) && value === true) marks.add(key);
    else if (isLocal(key, value)) local[key.slice(localPrefix.length)] = value;
    else rest.push(key, value);
  }
  return {
    attributes: rest,
    debug: marks.has(debugKey),
    shared: marks.has(sharedKey),
    unfinished: marks.has(unfinishedKey),
    localEndpoint: localEndpointOf(local),
    remoteEndpoint: peerEndpoint(rest),
  };
}

function mayHoldOwnKey(attributes: Attributes): boolean {
  for (let index = 0; index < attributes.length; index += 2) {
    if (mayBeOwnKey(attributes[index] as string)) return true;
  }
  return false;
}

function isMark(key: string): boolean {
  return key === debugKey || key === sharedKey || key === unfinishedKey;
}

function isLocal(key: string, value: AttributeValue): boolean {
  if (!key.startsWith(localPrefix)) return false;
  const part = key.slice(localPrefix.length);
  if (part === 'port') return typeof value === 'number';
  return (part === 'service' || part === 'ipv4' || part === 'ipv6') && typeof value === 'string';
}

function localEndpointOf(parts: Readonly<Record<string, AttributeValue>>): Endpoint | undefined {
  if (Object.keys(parts).length === 0) return undefined;
  return {
    ...(parts['service'] !== undefined && { serviceName: parts['service'] as string }),
    ...(parts['ipv4'] !== undefined && { ipv4: parts['ipv4'] as string }),
    ...(parts['ipv6'] !== undefined && { ipv6: parts['ipv6'] as string }),
    ...(parts['port'] !== undefined && { port: parts['port'] as number }),
  };
}
