import { escapeLiteral } from 'pg';

/**
 * A statement with its values in it, escaped. A service on an ordinary PostgreSQL gives values as parameters; PGlite behind
 * its socket is one session for all clients, in which the steps of such statements get mixed up between clients.
 */
export function sql(parts: TemplateStringsArray, ...values: readonly (number | string | readonly number[])[]): string {
  return parts.reduce((text, part, index) => text + literal(values[index - 1] ?? '') + part);
}

function literal(value: number | string | readonly number[]): string {
  if (typeof value === 'string') return escapeLiteral(value);
  return typeof value === 'number' ? String(value) : `ARRAY[${value.join(', ')}]`;
}
