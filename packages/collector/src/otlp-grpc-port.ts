import { GrpcPort } from './grpc/grpc-port.ts';
import { otlpExportPath, otlpGrpcIngest } from './ingest/otlp-grpc.ts';
import type { IngestParts } from './ingest/ingest-parts.ts';

/** The OTLP over gRPC port: `TraceService/Export`. */
export function createOtlpGrpcPort(parts: IngestParts): GrpcPort {
  return new GrpcPort(new Map([[otlpExportPath, otlpGrpcIngest(parts)]]));
}
