import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';

import { marker, sampleSpans } from './sample-spans.mjs';

export const spansPerBody = 512;

/**
 * A request body that is encoded once, and becomes another body by new trace ids written over the old ones: encoding
 * would otherwise cost the loader more than taking in costs the server.
 */
export class RequestBody {
  #places;
  #writeId;

  /** @param service number of the service that sends it */
  constructor(format, service, random = Math.random) {
    const { Encoder, mark, writeId } = formats[format];
    const encoder = new Encoder();
    for (const span of sampleSpans(spansPerBody, service, random)) encoder.add(span);
    this.contentType = encoder.contentType;
    this.bytes = Buffer.from(encoder.take());
    this.#places = placesOf(this.bytes, mark);
    this.#writeId = writeId;
    if (this.#places.length < spansPerBody)
      throw new Error(`found ${this.#places.length} trace ids in a body of ${spansPerBody}`);
  }

  /** Gives the traces of this body ids that no other body with another `serial` has. */
  renew(serial) {
    for (const place of this.#places) this.#writeId(this.bytes, place, serial);
  }
}

const formats = {
  otlp: {
    Encoder: OtlpProtobufEncoder,
    mark: markBytes(),
    writeId: (bytes, place, serial) => bytes.writeUInt32BE(serial, place),
  },
  zipkin: {
    Encoder: ZipkinJsonEncoder,
    mark: Buffer.from(markBytes().toString('hex')),
    writeId: (bytes, place, serial) => bytes.latin1Write(serial.toString(16).padStart(8, '0'), place),
  },
};

function markBytes() {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(marker[0], 0);
  bytes.writeInt32BE(marker[1], 4);
  return bytes;
}

/** Where the third word of each trace id stands; the fourth one tells the traces of a body apart. */
function placesOf(bytes, mark) {
  const places = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) places.push(at + mark.length);
  return places;
}
