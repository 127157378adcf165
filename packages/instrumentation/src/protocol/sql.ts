/** Longest statement kept, in UTF-16 units. */
export const MAX_STATEMENT_LENGTH = 2048;

/** How much of a statement is looked at: enough for a kept one, bounded for one with a megabyte of values. */
const MAX_READ_LENGTH = 4 * MAX_STATEMENT_LENGTH;

/**
 * One token of SQL that is not kept as it is. In this order: white space with comments, `E''` strings, other
 * strings, dollar-quoted strings, quoted identifiers, placeholders, words (so that digits in `t1` stay), numbers.
 * Strings may lack their end, as a statement that was cut does. No alternative repeats what its neighbour can match,
 * so the time is linear.
 */
const TOKEN =
  /(?:\s+|--[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/|$))+|[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|\\?$)|'[^']*(?:''[^']*)*(?:'|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)|"[^"]*(?:""[^"]*)*(?:"|$)|[$:@]\w+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*(?:(?<=[eE])[+-]\d+)?/g;

/**
 * A SQL statement as it may be stored: literal strings and numbers are `?`, comments are gone, white space is single,
 * and what is longer than `MAX_STATEMENT_LENGTH` ends with `…`. Placeholders and identifiers stay.
 */
export function normalizedStatement(statement: string): string {
  const cut = statement.length > MAX_READ_LENGTH;
  const text = (cut ? statement.slice(0, MAX_READ_LENGTH) : statement).replace(TOKEN, keptToken).trim();
  if (text.length > MAX_STATEMENT_LENGTH) return `${text.slice(0, MAX_STATEMENT_LENGTH - 1)}…`;
  return cut ? `${text.slice(0, MAX_STATEMENT_LENGTH - 1)}…` : text;
}

function keptToken(token: string): string {
  const first = token.charCodeAt(0);
  if (first <= 32) return ' ';
  if (first === 39 /* ' */) return '?';
  if (first >= 48 && first <= 57) return '?';
  if (first === 36 /* $ */) return /^\$\w*\$/.test(token) ? '?' : token;
  if (first === 45 /* - */ || first === 47 /* / */) return ' ';
  return /^[eE]'/.test(token) ? '?' : token;
}

const IDENTIFIER = '((?:"[^"]+"|[\\w$\\u0080-\\uffff]+)(?:\\s*\\.\\s*(?:"[^"]+"|[\\w$\\u0080-\\uffff]+))*)';
const TABLE_OF: { readonly [verb: string]: RegExp } = {
  SELECT: new RegExp(`\\bfrom\\s+(?:only\\s+)?${IDENTIFIER}`, 'i'),
  DELETE: new RegExp(`\\bfrom\\s+(?:only\\s+)?${IDENTIFIER}`, 'i'),
  INSERT: new RegExp(`\\binto\\s+${IDENTIFIER}`, 'i'),
  UPDATE: new RegExp(`^update\\s+(?:only\\s+)?${IDENTIFIER}`, 'i'),
};

/**
 * A span name with few distinct values: the statement's verb and the table that it names first
 * (`SELECT orders`), or the verb alone.
 *
 * @param statement a normalised statement.
 */
export function statementName(statement: string): string {
  const verb = /^[a-z]+/i.exec(statement)?.[0].toUpperCase();
  if (verb === undefined) return 'query';
  const table = Object.hasOwn(TABLE_OF, verb) ? TABLE_OF[verb]!.exec(statement)?.[1] : undefined;
  return table === undefined ? verb : `${verb} ${table.replaceAll('"', '')}`;
}
