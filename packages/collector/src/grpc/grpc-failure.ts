/** `google.rpc.Code`, as far as it is used here. */
export const GrpcCode = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;
export type GrpcCode = (typeof GrpcCode)[keyof typeof GrpcCode];

/** How a call ended that did not succeed. */
export class GrpcFailure extends Error {
  override readonly name = 'GrpcFailure';
  readonly code: GrpcCode;
  /** A `google.rpc.Status` with details, in protobuf. */
  readonly details: Uint8Array | undefined;

  constructor(code: GrpcCode, message: string, details?: Uint8Array) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
