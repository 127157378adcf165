/** Fails a case unless both values are the same. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${shown(expected)}, was ${shown(actual)}`);
}

/** Fails a case unless both values are deeply equal: plain data whose keys come in the same order, compared as JSON. */
export function sameData(actual: object | string, expected: object | string, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: expected ${shortened(other)}, was ${shortened(one)}`);
}

/** Fails a case unless `holds`. */
export function required(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

function shown(value: unknown): string {
  const { operationName } = (value ?? {}) as { operationName?: unknown };
  if (typeof operationName === 'function') return `the span "${operationName.call(value)}"`;
  return shortened(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

/** Bodies are large, so that they come in several parts. */
function shortened(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 500)}… (${text.length} characters)`;
}
