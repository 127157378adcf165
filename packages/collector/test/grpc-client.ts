import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { onTestFinished } from 'vitest';

import { otlpExportPath } from '../src/ingest/otlp-grpc.ts';

/** How a call ended. */
export interface CallEnd {
  /** `google.rpc.Code`; 0 when it succeeded. */
  readonly code: number;
  readonly message: string;
  /** `ExportTraceServiceResponse`. */
  readonly answer: Record<string, unknown>;
  /** Seconds that `RetryInfo` in the status says; undefined when it has none. */
  readonly retryAfterSeconds: number | undefined;
}

/** The answers by their published field numbers. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message ExportTraceServiceResponse { PartialSuccess partial_success = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`);

/** gRPC's own client for one test, of an address such as `http://127.0.0.1:4317`. */
export function grpcClient(address: string, options: { readonly gzip?: boolean } = {}): Client {
  const client = new Client(new URL(address).host, credentials.createInsecure(), {
    // Of its own: else clients share connections across tests.
    'grpc.use_local_subchannel_pool': 1,
    ...(options.gzip && { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip }),
  });
  onTestFinished(() => client.close());
  return client;
}

/** Sends a message to a method, OTLP's unless another is named. */
export function call(client: Client, message: Uint8Array, path: string = otlpExportPath): Promise<CallEnd> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from(message), new Metadata(), (error, answer) =>
      resolve(endOf(error, answer)),
    );
  });
}

function endOf(error: ServiceError | null, answer: Buffer | undefined): CallEnd {
  const message = root.lookupType('ExportTraceServiceResponse');
  return {
    code: error?.code ?? 0,
    message: error?.details ?? '',
    answer: answer === undefined ? {} : message.toObject(message.decode(answer), { longs: String }),
    retryAfterSeconds: retryAfterSeconds(error?.metadata.get('grpc-status-details-bin')[0] as Buffer | undefined),
  };
}

function retryAfterSeconds(details: Buffer | undefined): number | undefined {
  if (details === undefined) return undefined;
  const status = decoded('Status', details) as { details: { typeUrl: string; value: Buffer }[] };
  const info = status.details.find(({ typeUrl }) => typeUrl === 'type.googleapis.com/google.rpc.RetryInfo');
  const { retryDelay } = decoded('RetryInfo', info!.value) as { retryDelay: { seconds: unknown } };
  return Number(retryDelay.seconds);
}

function decoded(type: string, bytes: Uint8Array): unknown {
  return root.lookupType(type).decode(bytes);
}
