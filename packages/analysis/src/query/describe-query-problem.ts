import type { QueryProblem } from './parse-trace-query.ts';

/** One English sentence about a problem, without its place. Pages that speak other languages have their own. */
export function describeQueryProblem({ kind, name, expected }: QueryProblem): string {
  const list = expected.join(', ');
  switch (kind) {
    case 'unclosed-quote':
      return 'a closing quote is missing';
    case 'missing-name':
      return 'a field or tag is missing before this';
    case 'missing-value':
      return `${name} has no value; "" is the empty one`;
    case 'negated-comparison':
      return `! stands before a tag alone; write ${name}!=…`;
    case 'no-or':
      return 'conditions must all hold; there is no OR';
    case 'no-such-operator':
      return `${name} is compared with ${list}`;
    case 'not-a-duration':
      return `${name} takes a number and a unit: 250us, 100ms, 1.5s, 2min`;
    case 'not-a-number':
      return `${name} is compared with a number here`;
    case 'unknown-value':
      return `${name} is one of ${list}`;
  }
}
