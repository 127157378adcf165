/** A placeholder of a test framework in an expected value, such as `expect.any(String)`. */
interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
}

/**
 * Whether two values of tags or logs are alike: the same, or of one class and alike in content. That is, for errors
 * name, message, cause and own fields; for `Map`, `Set`, `Date`, `RegExp`, `URL` and buffers what
 * they hold; for others their own fields. Objects that show no content (promises, weak maps, classes with private
 * fields alone) are alike only if they are the same. The expected value may hold placeholders of Jest's kind at any
 * depth, and circles.
 */
export function deepEqual(actual: unknown, expected: unknown): boolean {
  return new Comparison().areAlike(actual, expected);
}

class Comparison {
  /** The pairs that are being compared: to meet one again inside of itself tells nothing new. */
  private readonly begun = new Map<object, Set<object>>();

  areAlike(actual: unknown, expected: unknown): boolean {
    if (isAsymmetric(expected)) return expected.asymmetricMatch(actual);
    if (Object.is(actual, expected)) return true;
    if (!isObject(actual) || !isObject(expected)) return false;
    if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false;
    const others = this.begun.get(actual) ?? new Set();
    if (others.has(expected)) return true;
    this.begun.set(actual, others.add(expected));
    const alike = this.haveSameContent(actual, expected);
    others.delete(expected);
    return alike;
  }

  private haveSameContent(actual: Fields, expected: Fields): boolean {
    const [content, other] = [contentOf(actual), contentOf(expected)];
    if (content !== undefined && other !== undefined) {
      return this.areAlike(content, other) && this.haveSameFields(actual, expected);
    }
    if (isCollection(actual) && isCollection(expected)) {
      return this.haveSameMembers([...actual], [...expected]) && this.haveSameFields(actual, expected);
    }
    // What has no fields to compare, and is no empty `{}` or `[]`, hides what it is.
    if (fieldsOf(expected).length === 0 && !isPlain(expected)) return false;
    return this.haveSameFields(actual, expected);
  }

  private haveSameFields(actual: Fields, expected: Fields): boolean {
    const keys = fieldsOf(expected);
    return (
      keys.length === fieldsOf(actual).length &&
      keys.every((key) => Object.hasOwn(actual, key) && this.areAlike(actual[key], expected[key]))
    );
  }

  /** In any order: each expected one has its own among the actual ones. */
  private haveSameMembers(actual: unknown[], expected: unknown[]): boolean {
    if (actual.length !== expected.length) return false;
    // Those that stand for themselves first, so that no placeholder takes what another one needs.
    const byStrictness = [...expected].sort((one, other) => looseness(one) - looseness(other));
    return byStrictness.every((member) => {
      const same = actual.findIndex((candidate) => Object.is(candidate, member));
      const index = same >= 0 ? same : actual.findIndex((candidate) => this.areAlike(candidate, member));
      if (index >= 0) actual.splice(index, 1);
      return index >= 0;
    });
  }
}

type Fields = Record<PropertyKey, unknown>;

/** What an object holds that are not its fields, if it is of a kind whose content can be asked for. */
function contentOf(value: object): unknown[] | undefined {
  if (value instanceof Error)
    return [value.name, value.message, value.cause, (value as Partial<AggregateError>).errors];
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof RegExp) return [value.source, value.flags, value.lastIndex];
  if (typeof URL === 'function' && value instanceof URL) return [value.href];
  if (typeof URLSearchParams === 'function' && value instanceof URLSearchParams) return [String(value)];
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (value instanceof DataView) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  return undefined;
}

/** The names and symbols of an object's own fields that are there to be seen. */
function fieldsOf(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) => {
    // What a class of errors makes enumerable is in their content.
    if (value instanceof Error && (key === 'name' || key === 'message' || key === 'cause')) return false;
    return Object.prototype.propertyIsEnumerable.call(value, key);
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The plain objects of another realm too.
  return (
    prototype === null || Array.isArray(value) || ArrayBuffer.isView(value) || Object.getPrototypeOf(prototype) === null
  );
}

function isCollection(value: object): value is Fields & Iterable<unknown> {
  return value instanceof Map || value instanceof Set;
}

function looseness(value: unknown): number {
  if (isAsymmetric(value)) return 2;
  return isObject(value) ? 1 : 0;
}

function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof value['asymmetricMatch'] === 'function';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
