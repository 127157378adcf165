import type { Acknowledgement } from './http-transport.ts';

const nothingRejected: Acknowledgement = Object.freeze({ rejectedSpans: 0, message: '' });

/**
 * Reads OTLP's `ExportTraceServiceResponse`, protobuf or JSON by its content type: `partial_success` (field 1) holds
 * `rejected_spans` (1) and `error_message` (2). An answer that is none of it rejected nothing: the status said 2xx.
 */
export function readOtlpResponse(body: Uint8Array, contentType: string): Acknowledgement {
  if (body.byteLength === 0) return nothingRejected;
  try {
    return contentType.startsWith('application/json') ? readJson(body) : readProtobuf(body);
  } catch {
    return nothingRejected;
  }
}

function readJson(body: Uint8Array): Acknowledgement {
  const answer = JSON.parse(new TextDecoder().decode(body)) as {
    partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
  };
  const { rejectedSpans, errorMessage } = answer.partialSuccess ?? {};
  return {
    rejectedSpans: Number(rejectedSpans ?? 0) || 0,
    message: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

function readProtobuf(body: Uint8Array): Acknowledgement {
  let acknowledgement = nothingRejected;
  readFields(body, (field, value) => {
    if (field === 1 && typeof value !== 'number') acknowledgement = readPartialSuccess(value);
  });
  return acknowledgement;
}

function readPartialSuccess(bytes: Uint8Array): Acknowledgement {
  let rejectedSpans = 0;
  let message = '';
  readFields(bytes, (field, value) => {
    if (field === 1 && typeof value === 'number') rejectedSpans = value;
    if (field === 2 && typeof value !== 'number') message = new TextDecoder().decode(value);
  });
  return { rejectedSpans, message };
}

/** Calls back with every varint and every length-delimited field; throws when the bytes end too early. */
function readFields(bytes: Uint8Array, onField: (field: number, value: number | Uint8Array) => void): void {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new RangeError('the answer ends within a number');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (offset + length > bytes.byteLength) throw new RangeError('the answer ends within a field');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.byteLength) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) onField(Math.floor(tag / 8), varint());
    else if (wireType === 2) onField(Math.floor(tag / 8), take(varint()));
    else if (wireType === 1) take(8);
    else if (wireType === 5) take(4);
    else throw new RangeError(`wire type ${wireType}`);
  }
}
