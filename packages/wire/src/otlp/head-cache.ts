import { BytesCache } from './bytes-cache.ts';
import type { ProtobufValueReader } from './protobuf-value-reader.ts';

/** Schema URLs that one resource or scope is kept with. */
const mostSchemas = 8;

/**
 * Remembers what stands beside the spans of a `ResourceSpans` or `ScopeSpans`: field 1, and field 3, the schema's URL.
 * Senders repeat it with every body, and a collector that passes on what many sent, with every few spans. Gives the same
 * object for the same bytes, so that readers recognize it as well.
 */
export class HeadCache<T> {
  readonly #known = new BytesCache<Map<string, T>>();

  /** What stands from the reader's position to `end`, which is where the message ends; `read` reads it from there on. */
  get(reader: ProtobufValueReader, end: number, read: () => T): T {
    const start = reader.position;
    let schemaUrl = '';
    let count = 0;
    let head = start;
    let headEnd = start;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        headEnd = reader.fieldEnd(end);
        head = reader.position;
        reader.position = headEnd;
        count++;
      } else if (tag === 0x1a) schemaUrl = reader.text(end);
      else reader.skip(tag, end);
    }
    reader.position = start;
    // Several are merged as they are read.
    if (count > 1) return read();
    const schemas = this.#known.get(reader.bytes, head, headEnd, () => new Map());
    return schemas.get(schemaUrl) ?? keep(schemas, schemaUrl, read());
  }
}

function keep<T>(schemas: Map<string, T>, schemaUrl: string, value: T): T {
  if (schemas.size === mostSchemas) schemas.clear();
  schemas.set(schemaUrl, value);
  return value;
}
