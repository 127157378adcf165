import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';

import { WireFormatError } from '../wire-format-error.ts';
import { decodeExportResponse, encodeExportResponse, encodeRpcStatus } from './export-response.ts';

/** The messages as an independent implementation of protobuf has them. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message ExportTraceServiceResponse { PartialSuccess partial_success = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; }
  message RetryInfo { Duration retry_delay = 1; }
`);
const formats = fc.constantFrom('protobuf' as const, 'json' as const);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function decoded(type: string, bytes: Uint8Array): unknown {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: String });
}

describe('an export response', () => {
  it('comes back as it was, in both formats', () => {
    const responses = fc.record({
      rejectedSpans: fc.maxSafeNat(),
      errorMessage: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(responses, formats, (response, format) => {
        expect(decodeExportResponse(encodeExportResponse(response, format), format)).toEqual(response);
      }),
    );
  });

  it('is what other implementations read', () => {
    const response = { rejectedSpans: 300, errorMessage: 'ungültig' };
    expect(decoded('ExportTraceServiceResponse', encodeExportResponse(response, 'protobuf'))).toEqual({
      partialSuccess: { rejectedSpans: '300', errorMessage: 'ungültig' },
    });
    expect(JSON.parse(Buffer.from(encodeExportResponse(response, 'json')).toString())).toEqual({
      partialSuccess: { rejectedSpans: '300', errorMessage: 'ungültig' },
    });
  });

  it('says nothing when all was kept', () => {
    const kept = { rejectedSpans: 0, errorMessage: '' };
    expect(encodeExportResponse(kept, 'protobuf')).toHaveLength(0);
    expect(encodeExportResponse(kept, 'json')).toEqual(bytesOf('{}'));
  });

  it.each(['{"partialSuccess":{"rejectedSpans":-1,"errorMessage":7}}', '{"partialSuccess":[]}', 'null', '[]'])(
    'is a full success when it is %s',
    (text) => expect(decodeExportResponse(bytesOf(text), 'json')).toEqual({ rejectedSpans: 0, errorMessage: '' }),
  );

  it('is read from any bytes or refused as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array(), formats, (bytes, format) => {
        try {
          expect(decodeExportResponse(bytes, format).rejectedSpans).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(WireFormatError);
        }
      }),
    );
  });
});

it('writes a status as other implementations read it', () => {
  const status = { code: 14, message: 'the disk is full' };
  expect(decoded('Status', encodeRpcStatus(status, 'protobuf'))).toEqual(status);
  expect(JSON.parse(Buffer.from(encodeRpcStatus(status, 'json')).toString())).toEqual(status);
});

it('writes when another try is worth it as other implementations read it', () => {
  const status = { code: 8, message: 'later', retryAfterSeconds: 300 };
  const [detail] = (decoded('Status', encodeRpcStatus(status, 'protobuf')) as { details: Detail[] }).details;
  expect(detail!.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
  expect(decoded('RetryInfo', detail!.value)).toEqual({ retryDelay: { seconds: '300' } });
  expect(JSON.parse(Buffer.from(encodeRpcStatus(status, 'json')).toString())).toEqual({
    code: 8,
    message: 'later',
    details: [{ '@type': detail!.typeUrl, retryDelay: '300s' }],
  });
});

interface Detail {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}
