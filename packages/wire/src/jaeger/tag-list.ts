import type { AttributeValue } from '../span-record.ts';
import type { ThriftReader } from './thrift-reader.ts';
import { ThriftType } from './thrift-reader.ts';

/** `TagType` of jaeger.thrift. */
const TagType = { string: 0, double: 1, bool: 2, long: 3, binary: 4 } as const;

/** Pairs up to which comparing all keys costs less than a map of them. */
const mostScanned = 16;

/**
 * Reads a list of tags: keys and values in turn, each key once. Jaeger's clients append a tag that is set again, so the
 * last value counts, at the place of the first. A tag without the value that its type names has the type's empty one; one
 * of an unknown type is left out.
 */
export function readTags(reader: ThriftReader): AttributeValue[] {
  const tags: AttributeValue[] = [];
  const size = reader.listSize();
  if (size > 0 && reader.type !== ThriftType.struct) reader.fail(`tags of type ${reader.type}`);
  const places = size > mostScanned ? new Map<string, number>() : undefined;
  for (let index = 0; index < size; index++) {
    const { key, value } = readTag(reader);
    if (value === undefined) continue;
    const known = places === undefined ? placeOf(tags, key) : places.get(key);
    if (known !== undefined) tags[known + 1] = value;
    else {
      places?.set(key, tags.length);
      tags.push(key, value);
    }
  }
  return tags;
}

function placeOf(tags: readonly AttributeValue[], key: string): number | undefined {
  for (let index = 0; index < tags.length; index += 2) if (tags[index] === key) return index;
  return undefined;
}

function readTag(reader: ThriftReader): { key: string; value: AttributeValue | undefined } {
  let [key, type]: [string, number] = ['', TagType.string];
  let text = '';
  let double = 0;
  let bool = false;
  let long: number | bigint = 0;
  let binary: Uint8Array | undefined;
  reader.struct((id, fieldType) => {
    if (id === 1 && fieldType === ThriftType.string) key = reader.text();
    else if (id === 2 && fieldType === ThriftType.i32) type = reader.i32();
    else if (id === 3 && fieldType === ThriftType.string) text = reader.text();
    else if (id === 4 && fieldType === ThriftType.double) double = reader.double();
    else if (id === 5 && fieldType === ThriftType.bool) bool = reader.bool();
    else if (id === 6 && fieldType === ThriftType.i64) long = reader.integer();
    else if (id === 7 && fieldType === ThriftType.string) binary = reader.binary();
    else return false;
    return true;
  });
  switch (type) {
    case TagType.string:
      return { key, value: text };
    case TagType.double:
      return { key, value: double };
    case TagType.bool:
      return { key, value: bool };
    case TagType.long:
      return { key, value: long };
    case TagType.binary:
      return { key, value: binary ?? new Uint8Array(0) };
    default:
      return { key, value: undefined };
  }
}
