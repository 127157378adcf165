import type { GeneratedBody, SpanGenerator } from './span-generator.ts';

const bodiesInTurn = 8;
const usesOfBody = 32;

/**
 * Bodies for one connection that cost next to nothing: each is encoded once and sent 32 times, with new trace ids
 * written over the old ones. To encode every body would take as much CPU as the collector needs to keep it, and the two
 * share the machine. Start times are up to a few seconds old.
 */
export class RenewedBodies {
  readonly #generator: SpanGenerator;
  readonly #traces: number;
  readonly #bodies: RenewedBody[] = [];
  #turn = 0;

  constructor(generator: SpanGenerator, traces: number) {
    this.#generator = generator;
    this.#traces = traces;
  }

  /** Valid until the eighth call after this one. */
  next(): GeneratedBody {
    const place = this.#turn % bodiesInTurn;
    const isDue = Math.floor(this.#turn / bodiesInTurn) % usesOfBody === 0;
    this.#turn += 1;
    if (isDue) this.#bodies[place] = new RenewedBody(this.#generator.body(this.#traces));
    const body = this.#bodies[place] as RenewedBody;
    if (!isDue) body.renew();
    return body;
  }
}

let lastSerial = 0;

class RenewedBody implements GeneratedBody {
  readonly bytes: Buffer;
  readonly spanCount: number;
  #traceIds: readonly string[];
  readonly #places: readonly number[];

  constructor({ bytes, spanCount, traceIds }: GeneratedBody) {
    this.bytes = Buffer.from(bytes);
    this.spanCount = spanCount;
    this.#traceIds = traceIds;
    this.#places = traceIds.flatMap((id) => placesOf(this.bytes, Buffer.from(id, 'hex')));
    if (this.#places.length !== spanCount)
      throw new Error(`found ${this.#places.length} trace ids in a body of ${spanCount} spans`);
  }

  get traceIds(): readonly string[] {
    return this.#traceIds;
  }

  /** The first word of each trace id becomes one that no body of this process had; the others tell the traces apart. */
  renew(): void {
    lastSerial += 1;
    for (const place of this.#places) this.bytes.writeUInt32BE(lastSerial, place);
    const word = lastSerial.toString(16).padStart(8, '0');
    this.#traceIds = this.#traceIds.map((id) => word + id.slice(8));
  }
}

function placesOf(bytes: Buffer, id: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + id.length)) places.push(at);
  return places;
}
