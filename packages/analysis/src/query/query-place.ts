import type { SearchField, SearchOperator } from '@spanwise/wire/query';

import { fieldNamed } from './query-fields.ts';
import { readTerms } from './read-terms.ts';

/** What stands at a place in a query, for completion: it replaces the characters `from` (included) to `to` (not). */
export type QueryPlace =
  | { readonly part: 'name'; readonly from: number; readonly to: number; readonly text: string }
  | {
      readonly part: 'value';
      readonly from: number;
      readonly to: number;
      readonly text: string;
      readonly field: SearchField;
      /** The tag's key, for the field `tag` alone. */
      readonly key: string | undefined;
      readonly operator: SearchOperator;
    };

/** What is being written at `caret`: a field's name, or the value of a field. Between words it is a new name. Never throws. */
export function queryPlace(text: string, caret: number): QueryPlace {
  for (const { name, operator, value } of readTerms(text)) {
    if (operator !== undefined && value !== undefined && caret >= operator.to && caret <= value.to) {
      const field = name.isQuoted ? 'tag' : fieldNamed(name.text);
      const key = field === 'tag' ? name.text : undefined;
      return {
        part: 'value',
        from: Math.min(value.from, Math.max(caret, operator.to)),
        to: value.to,
        text: value.text,
        field,
        key,
        operator: operator.text as SearchOperator,
      };
    }
    if (caret >= name.from && caret <= name.to) {
      return { part: 'name', from: name.from, to: operator?.to ?? name.to, text: name.text };
    }
  }
  return { part: 'name', from: caret, to: caret, text: '' };
}
