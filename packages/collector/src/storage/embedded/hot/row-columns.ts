/** The fixed-width columns of a generation's rows, growing by doubling. */
export class RowColumns {
  capacity: number;
  /** Eight words a row: trace id, span id, parent id. */
  ids: Int32Array;
  startMicros: Float64Array;
  startNanos: Uint16Array;
  /** NaN when the span has no end. */
  durationNanos: Float64Array;
  nameId: Uint32Array;
  resourceId: Uint32Array;
  scopeId: Uint32Array;
  remoteId: Uint32Array;
  flags: Uint32Array;
  kind: Uint8Array;
  status: Uint8Array;
  /** `RowBits`. */
  bits: Uint8Array;
  /** Not 0: replaced by a later row. */
  dead: Uint8Array;
  /** Where the row's tags start in the arena, where they end and the rest starts, and where that ends. */
  text: Uint32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.ids = new Int32Array(capacity * 8);
    this.startMicros = new Float64Array(capacity);
    this.startNanos = new Uint16Array(capacity);
    this.durationNanos = new Float64Array(capacity);
    this.nameId = new Uint32Array(capacity);
    this.resourceId = new Uint32Array(capacity);
    this.scopeId = new Uint32Array(capacity);
    this.remoteId = new Uint32Array(capacity);
    this.flags = new Uint32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.status = new Uint8Array(capacity);
    this.bits = new Uint8Array(capacity);
    this.dead = new Uint8Array(capacity);
    this.text = new Uint32Array(capacity * 3);
  }

  /** For other rows. Only what a new row does not set is cleared. */
  cleared(): this {
    this.dead.fill(0);
    return this;
  }

  grow(): void {
    const larger = new RowColumns(this.capacity * 2);
    larger.ids.set(this.ids);
    larger.startMicros.set(this.startMicros);
    larger.startNanos.set(this.startNanos);
    larger.durationNanos.set(this.durationNanos);
    larger.nameId.set(this.nameId);
    larger.resourceId.set(this.resourceId);
    larger.scopeId.set(this.scopeId);
    larger.remoteId.set(this.remoteId);
    larger.flags.set(this.flags);
    larger.kind.set(this.kind);
    larger.status.set(this.status);
    larger.bits.set(this.bits);
    larger.dead.set(this.dead);
    larger.text.set(this.text);
    Object.assign(this, larger);
  }
}
