/** How the body of an ingest request is encoded. The numbers are written into the journal: none is ever given to another. */
export const BodyFormat = { otlpProtobuf: 1, otlpJson: 2, zipkinV2Json: 3, jaegerBinary: 4, jaegerCompact: 5 } as const;
export type BodyFormat = (typeof BodyFormat)[keyof typeof BodyFormat];
