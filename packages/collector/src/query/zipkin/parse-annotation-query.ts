import type { TagTerm } from '@spanwise/wire/query';

import { RefusedRequest } from '../../http/refused-request.ts';

const mostTerms = 100;

/**
 * Reads Zipkin's `annotationQuery`: terms with ` and ` between, each `key=value` for a tag, or one word for the value
 * of an annotation or the key of a tag. `key=` asks the same as the bare word, since Zipkin knows no empty values. Of two
 * values for one key the last counts, the empty one too, and a bare word does not take the place of a value.
 *
 * @throws {RefusedRequest} for more than 100 terms.
 */
export function parseAnnotationQuery(text: string): TagTerm[] {
  const terms = new Map<string, string | undefined>();
  for (const part of text.split(' and ')) {
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).trim();
    if (key === '') continue;
    if (at >= 0) terms.set(key, part.slice(at + 1).trim() || undefined);
    else if (!terms.has(key)) terms.set(key, undefined);
  }
  if (terms.size > mostTerms) {
    throw new RefusedRequest('invalid-parameter', `annotationQuery has ${terms.size} terms; the limit is ${mostTerms}`);
  }
  return [...terms].map(([key, value]) => ({ key, value }));
}
