import { WireFormatError } from '../wire-format-error.ts';

export type JsonObject = { readonly [key: string]: unknown };

const decoder = new TextDecoder('utf-8');

/** The JSON in a body; `format` names it in the error. */
export function parseJson(bytes: Uint8Array, format: string): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new WireFormatError(`not ${format}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What an error message shows of a wrong value. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
