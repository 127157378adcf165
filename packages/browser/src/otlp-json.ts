/** OTLP's `AnyValue` in JSON. */
export type AnyValue =
  | {
      /** Text. */
      readonly stringValue: string;
    }
  | {
      /** A truth value. */
      readonly boolValue: boolean;
    }
  | {
      /** A whole number, as text. */
      readonly intValue: string;
    }
  | {
      /** Any other number; as text what JSON's numbers cannot hold. */
      readonly doubleValue: number | string;
    };

/** OTLP's `KeyValue` in JSON. */
export interface KeyValue {
  /** The name of a tag or field. */
  readonly key: string;
  /** Its value. */
  readonly value: AnyValue;
}

/** Longest text of a tag or field, in UTF-16 units; the rest is cut off. */
export const MAX_VALUE_LENGTH = 4096;

/** A value as OTLP has it: objects become JSON text, long text is cut. Never throws. */
export function anyValue(value: unknown): AnyValue {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { stringValue: cutText(value) };
  if (Number.isSafeInteger(value)) return { intValue: `${value}` };
  return { doubleValue: Number.isFinite(value) ? value : `${value}` };
}

/** Any value as text, cut at the limit. */
export function cutText(value: unknown): string {
  try {
    return (isPlainObject(value) ? JSON.stringify(value) : String(value)).slice(0, MAX_VALUE_LENGTH);
  } catch {
    // Circles, getters that throw.
    return '[unreadable]';
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}

/** Milliseconds since 1970 as OTLP's nanoseconds: exact to the microsecond, which is finer than any browser's clock. */
export function nanosText(millis: number): string {
  return `${Math.round(millis * 1000)}000`;
}
