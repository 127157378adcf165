import { circular, maxNesting, tooDeep } from '../internal/nesting.ts';
import type { AttributeValue, Attributes } from '../span-record.ts';
import type { KeyCache } from './key-cache.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

const twoTo32 = 0x1_0000_0000;

/** `repeated KeyValue` under `tag`, from a flat list of keys and values. */
export function writeAttributes(writer: ProtobufWriter, keys: KeyCache, tag: number, attributes: Attributes): void {
  for (let index = 0; index < attributes.length; index += 2) {
    writeAttribute(writer, keys, tag, attributes[index] as string, attributes[index + 1]!);
  }
}

function writeAttribute(writer: ProtobufWriter, keys: KeyCache, tag: number, key: string, value: AttributeValue): void {
  const encodedKey = keys.get(key);
  if (typeof value === 'string' && writer.shortTextAttribute(tag, encodedKey, value)) return;
  writer.byte(tag);
  const start = writer.beginMessage();
  writer.rawShort(encodedKey);
  writer.byte(0x12);
  const valueStart = writer.beginMessage();
  writeValue(writer, keys, value, undefined);
  writer.endMessage(valueStart);
  writer.endMessage(start);
}

/** The fields of an `AnyValue`. `above` are the lists and maps around it, outermost first. */
function writeValue(
  writer: ProtobufWriter,
  keys: KeyCache,
  value: AttributeValue,
  above: AttributeValue[] | undefined,
): void {
  if (typeof value === 'string') {
    writer.byte(0x0a);
    writer.string(value);
  } else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'boolean') {
    writer.byte(0x10);
    writer.byte(value ? 1 : 0);
  } else if (typeof value === 'bigint') writeBigInt(writer, value);
  else if (value !== null && value !== undefined) writeObject(writer, keys, value, above ?? []);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    writer.byte(0x21);
    writer.double(value);
    return;
  }
  writer.byte(0x18);
  if (value >= 0 && value < twoTo32) writer.varint(value);
  else writer.varint64(Math.floor(value / twoTo32), value % twoTo32);
}

function writeBigInt(writer: ProtobufWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) {
    writer.byte(0x0a);
    writer.string(value.toString());
    return;
  }
  writer.byte(0x18);
  writer.varint64(Number(BigInt.asUintN(32, value >> 32n)), Number(BigInt.asUintN(32, value)));
}

function writeObject(
  writer: ProtobufWriter,
  keys: KeyCache,
  value: Exclude<AttributeValue, string | number | boolean | bigint | null>,
  above: AttributeValue[],
): void {
  if (value instanceof Uint8Array) {
    writer.byte(0x3a);
    writer.varint(value.length);
    writer.raw(value);
    return;
  }
  if (above.includes(value)) return writeValue(writer, keys, circular, above);
  const isList = Array.isArray(value);
  if (above.length === maxNesting - 1 && (isList ? value.length > 0 : Object.keys(value).length > 0)) {
    return writeValue(writer, keys, tooDeep, above);
  }
  above.push(value);
  writer.byte(isList ? 0x2a : 0x32);
  const start = writer.beginMessage();
  if (isList) writeList(writer, keys, value, above);
  else writeMap(writer, keys, value as Readonly<Record<string, AttributeValue>>, above);
  writer.endMessage(start);
  above.pop();
}

function writeList(
  writer: ProtobufWriter,
  keys: KeyCache,
  list: readonly AttributeValue[],
  above: AttributeValue[],
): void {
  for (const item of list) {
    writer.byte(0x0a);
    const start = writer.beginMessage();
    writeValue(writer, keys, item, above);
    writer.endMessage(start);
  }
}

function writeMap(
  writer: ProtobufWriter,
  keys: KeyCache,
  map: Readonly<Record<string, AttributeValue>>,
  above: AttributeValue[],
): void {
  for (const key of Object.keys(map)) {
    writer.byte(0x0a);
    const start = writer.beginMessage();
    writer.byte(0x0a);
    writer.string(key);
    writer.byte(0x12);
    const valueStart = writer.beginMessage();
    writeValue(writer, keys, map[key]!, above);
    writer.endMessage(valueStart);
    writer.endMessage(start);
  }
}
