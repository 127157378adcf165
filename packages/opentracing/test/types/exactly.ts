// oxlint-disable typescript/no-unnecessary-type-parameters -- an unused one makes the compiler compare exactly

/** Whether two types are the same, `any` told from everything else. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when the value's type is `Expected` and nothing else: `exactly<number>()(value)`. */
export function exactly<Expected>(): <const Actual>(
  value: Actual,
  ...same: Same<Actual, Expected> extends true ? [] : [never]
) => void {
  return () => {};
}
