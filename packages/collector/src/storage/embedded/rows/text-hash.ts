const prime = 0x01000193;

/** FNV-1a over bytes, continuing from `state`. Finish with `finishHash` before use. */
export function hashBytes(state: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = state;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] as number), prime);
  return hash;
}

/** FNV-1a over UTF-16 code units, continuing from `state`. */
export function hashText(state: number, text: string): number {
  let hash = state;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  return hash;
}

/** Spreads the state over all 32 bits; never 0, which marks a free slot in hash sets. */
export function finishHash(state: number): number {
  let hash = state ^ (state >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash >>> 0;
}

/** Start states, so that a tag and a service of the same text are different entries. */
export const hashSeeds = {
  tag: 0x811c9dc5 | 0,
  service: 0x1b873593,
  operation: 0x38b34ae5,
  serviceOperation: 0x561ccd1b,
} as const;

/** The entry of a service; case is ignored so that one filter serves exact and case-insensitive searches. */
export function serviceHash(service: string): number {
  return finishHash(hashText(hashSeeds.service, service.toLowerCase()));
}

export function operationHash(operation: string): number {
  return finishHash(hashText(hashSeeds.operation, operation.toLowerCase()));
}

export function serviceOperationHash(service: string, operation: string): number {
  const state = Math.imul(hashText(hashSeeds.serviceOperation, service.toLowerCase()) ^ 0x1ff, prime);
  return finishHash(hashText(state, operation.toLowerCase()));
}

/** The hash of a trace id: of its low half only, so that 64- and 128-bit ids of one trace meet. */
export function traceHash(traceId2: number, traceId3: number): number {
  return finishHash(Math.imul(traceId2 ^ 0x9e3779b1, prime) ^ traceId3);
}
