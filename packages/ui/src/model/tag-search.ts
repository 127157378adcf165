import { formatTraceQuery } from '@spanwise/analysis';
import { attributeText } from '@spanwise/wire';
import type { SearchCondition } from '@spanwise/wire/query';
import type { AttributeValue } from '@spanwise/wire/span-record';

/** The condition that finds spans with this tag; of OTLP's empty value, which no search finds, those with the key. */
export function tagCondition(key: string, value: AttributeValue): SearchCondition {
  const text = attributeText(value);
  return text === undefined
    ? { field: 'tag', key, operator: 'has' }
    : { field: 'tag', key, operator: '=', value: text };
}

/** The query that finds traces with this tag, in one service unless that is empty. Any key and value survives the address in it. */
export function tagQuery(service: string, key: string, value: AttributeValue): string {
  const ofService: readonly SearchCondition[] =
    service === '' ? [] : [{ field: 'service', operator: '=', value: service }];
  return formatTraceQuery([...ofService, tagCondition(key, value)]);
}

/** The words that find the tag inside a trace (`searchSpans`); `undefined` where none do: these have no quotes. */
export function tagWords(key: string, value: AttributeValue): string | undefined {
  const text = attributeText(value);
  const words = text === undefined ? key : `${key}=${text}`;
  return /\s/.test(words) || key.includes('=') ? undefined : words;
}
