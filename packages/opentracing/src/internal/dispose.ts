// Browsers without explicit resource management have neither symbol; a method under a private symbol harms nobody there.

/** `Symbol.dispose` where the platform has it. */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? (Symbol('Symbol.dispose') as never);

/** `Symbol.asyncDispose` where the platform has it. */
export const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? (Symbol('Symbol.asyncDispose') as never);
