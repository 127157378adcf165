import { callable } from './internal/callable.ts';

class BinaryCarrierClass {
  /** The bytes. */
  buffer: ArrayLike<number>;

  constructor(buffer: ArrayLike<number>) {
    this.buffer = buffer;
  }
}

/** A carrier for `FORMAT_BINARY`. Any object with a field `buffer` will do; this is one. */
export const BinaryCarrier: typeof BinaryCarrierClass = /* @__PURE__ */ callable(
  'BinaryCarrier',
  BinaryCarrierClass,
  function (buffer) {
    this.buffer = buffer;
  },
);
export type BinaryCarrier = BinaryCarrierClass;
/** @alias */
export default BinaryCarrier;
