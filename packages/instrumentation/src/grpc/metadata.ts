/** The part of gRPC's `Metadata` that is used here; every version of it fits. */
export interface GrpcMetadata {
  /** All values of a name, which is not case-sensitive; an empty list when there is none. */
  get(name: string): (string | Uint8Array)[];
  /** The first value of every name. */
  getMap(): { [name: string]: string | Uint8Array };
  /** Replaces all values of a name. */
  set(name: string, value: string | Uint8Array): void;
  /** Removes all values of a name. */
  remove(name: string): void;
  /** A copy with values and options of its own. */
  clone(): GrpcMetadata;
}

/**
 * Metadata as a carrier that every tracer reads: a plain object with names in lower case. Several values of a name are
 * joined by commas, as those of a header are. Binary values are in it when they are text.
 */
export function carrierOf(metadata: GrpcMetadata): { [name: string]: string } {
  const carrier: { [name: string]: string } = {};
  for (const name of Object.keys(metadata.getMap())) {
    const texts = metadata.get(name).map(textOf);
    const known = texts.filter((text) => text !== undefined);
    if (known.length > 0) carrier[name] = known.join(',');
  }
  return carrier;
}

/** Sets a text in metadata. A name that ends in `-bin` has bytes for a value, or gRPC refuses it. */
export function setText(metadata: GrpcMetadata, name: string, text: string): void {
  metadata.set(name, name.toLowerCase().endsWith('-bin') ? Buffer.from(text) : text);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(value: string | Uint8Array): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}
