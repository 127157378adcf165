import { callable } from './internal/callable.ts';

/** A carrier for `FORMAT_BINARY`. Any object with a field `buffer` will do; this is one. */
class BinaryCarrierClass {
  /** The bytes. */
  buffer: ArrayLike<number>;

  /**
   * @param buffer the bytes, each 0 to 255; kept as it is, not copied. For `inject` an empty array will do: it is
   *   replaced
   */
  constructor(buffer: ArrayLike<number>) {
    this.buffer = buffer;
  }
}

/** The class of {@link BinaryCarrier}. */
export interface BinaryCarrierConstructor {
  /** @param buffer the bytes, each 0 to 255; kept as it is, not copied. For `inject` an empty array will do: it is replaced */
  new (buffer: ArrayLike<number>): BinaryCarrier;
  readonly prototype: BinaryCarrier;
}

/** A carrier for `FORMAT_BINARY`. Any object with a field `buffer` will do; this is one. */
export const BinaryCarrier: BinaryCarrierConstructor = /* @__PURE__ */ callable(
  'BinaryCarrier',
  BinaryCarrierClass,
  function (buffer) {
    this.buffer = buffer;
  },
);
/** A carrier for `FORMAT_BINARY`. */
export interface BinaryCarrier extends BinaryCarrierClass {}
/** @alias */
export default BinaryCarrier;
