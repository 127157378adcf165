import { tagsOf } from './attribute-values.ts';
import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

export interface Tag {
  readonly key: string;
  readonly value: AttributeValue;
}

export interface TagGroup {
  /** The first part of the keys; empty for the rest. */
  readonly prefix: string;
  readonly tags: readonly Tag[];
}

/** Prefixes of the OpenTracing and OpenTelemetry conventions, in the order in which people look for them. */
const standardPrefixes: readonly string[] = [
  'error',
  'exception',
  'http',
  'url',
  'rpc',
  'grpc',
  'db',
  'sql',
  'messaging',
  'message_bus',
  'peer',
  'server',
  'client',
  'network',
  'net',
  'user_agent',
  'code',
  'thread',
];

/** Standard groups first and in their order, then other prefixes that group at least two tags, then the rest. */
export function groupTags(attributes: Attributes): TagGroup[] {
  const byPrefix = new Map<string, Tag[]>();
  for (const [key, value] of tagsOf(attributes)) {
    const tag = { key, value };
    const prefix = tag.key.split('.', 1)[0] ?? '';
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), tag]);
  }
  const standard = standardPrefixes.filter((prefix) => byPrefix.has(prefix));
  const others = [...byPrefix.keys()].filter((prefix) => !standardPrefixes.includes(prefix)).sort();
  const named = [...standard, ...others.filter((prefix) => byPrefix.get(prefix)!.length > 1)];
  const rest = others.filter((prefix) => byPrefix.get(prefix)!.length === 1).flatMap((prefix) => byPrefix.get(prefix)!);
  const groups = named.map((prefix) => ({ prefix, tags: byPrefix.get(prefix)! }));
  return rest.length === 0 ? groups : [...groups, { prefix: '', tags: rest }];
}
