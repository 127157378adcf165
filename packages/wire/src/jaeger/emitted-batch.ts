import { ThriftBinaryReader } from './thrift-binary-reader.ts';
import { ThriftCompactReader } from './thrift-compact-reader.ts';
import { ThriftType } from './thrift-reader.ts';

/** The protocols of Thrift that Jaeger's clients speak. */
export type ThriftProtocol = 'binary' | 'compact';

const readers = { binary: ThriftBinaryReader, compact: ThriftCompactReader } as const;
const [call, oneway] = [1, 4];

/**
 * The `Batch` in a message `emitBatch` of agent.thrift, as clients send it to an agent by UDP: what `decodeJaegerBinary`
 * and `decodeJaegerCompact` read. A part of `bytes`, not a copy.
 *
 * @throws {WireFormatError} when the bytes are no such message, are cut off, or go on behind it.
 */
export function emittedBatch(bytes: Uint8Array, protocol: ThriftProtocol): Uint8Array {
  const reader = new readers[protocol](bytes);
  const { name, type } = reader.messageHead();
  if (type !== call && type !== oneway) reader.fail(`a message of type ${type} where a call was expected`);
  if (name !== 'emitBatch') reader.fail(`method "${name.slice(0, 40)}" where emitBatch was expected`);
  let batch: Uint8Array | undefined;
  reader.struct((id, fieldType) => {
    if (id !== 1 || fieldType !== ThriftType.struct) return false;
    const start = reader.position;
    reader.skip(fieldType, 1);
    batch = bytes.subarray(start, reader.position);
    return true;
  });
  const left = bytes.length - reader.position;
  if (left > 0) reader.fail(`${left} bytes follow the message`);
  return batch ?? reader.fail('the message has no batch');
}
