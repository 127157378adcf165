/** A word of a query, and where it stands: `from` included, `to` not; quotes belong to it. */
export interface QueryWord {
  /** Without quotes and escapes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly isQuoted: boolean;
  /** The closing quote is missing; the word ends with the text. */
  readonly isOpen: boolean;
}

/** One condition as it is written, complete or not. */
export interface QueryTerm {
  readonly from: number;
  readonly to: number;
  /** It begins with `!`. */
  readonly isNegated: boolean;
  readonly name: QueryWord;
  readonly operator: QueryWord | undefined;
  /** There whenever an operator is, maybe empty. */
  readonly value: QueryWord | undefined;
}

/** Takes a query apart, from left to right. Never throws; what makes no sense is in the terms as it stands. */
export function readTerms(text: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, terms.at(-1)!.to)) {
    terms.push(readTerm(text, at));
  }
  return terms;
}

const operators = ['!=', '<=', '>=', '=', '<', '>'];

function readTerm(text: string, from: number): QueryTerm {
  const isNegated = text[from] === '!';
  const name = readWord(text, isNegated ? from + 1 : from, /[\s"=<>!]/u);
  const operatorAt = skipSpace(text, name.to);
  const found = operators.find((operator) => text.startsWith(operator, operatorAt));
  if (found === undefined) {
    return { from, to: name.to, isNegated, name, operator: undefined, value: undefined };
  }
  const to = operatorAt + found.length;
  const operator = { text: found, from: operatorAt, to, isQuoted: false, isOpen: false };
  const value = readWord(text, skipSpace(text, to), /[\s"]/u);
  return { from, to: value.to, isNegated, name, operator, value };
}

function readWord(text: string, from: number, end: RegExp): QueryWord {
  if (text[from] === '"') return readQuoted(text, from);
  let to = from;
  while (to < text.length && !end.test(text[to]!)) to++;
  return { text: text.slice(from, to), from, to, isQuoted: false, isOpen: false };
}

const escaped: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function readQuoted(text: string, from: number): QueryWord {
  let word = '';
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '"') return { text: word, from, to: at + 1, isQuoted: true, isOpen: false };
    if (letter !== '\\') word += letter;
    else {
      at++;
      const next = text[at] ?? '';
      word += escaped[next] ?? next;
    }
  }
  return { text: word, from, to: text.length, isQuoted: true, isOpen: true };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/u.test(text[at]!)) at++;
  return at;
}
