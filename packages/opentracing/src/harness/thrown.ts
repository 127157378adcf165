/** The name of the error that `fn` throws; `'nothing'` when it does not. @internal */
export function thrownBy(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return 'nothing';
}
