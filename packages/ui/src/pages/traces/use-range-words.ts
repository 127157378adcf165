import { defaultRange, parseInstantMicros } from '../../model/time-range.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';

/** The range of a query in words: `last hour`, or from when to when. */
export function useRangeWords(params: TracesParams): string {
  const { words, instants } = useSpeech();
  const listText = useSection('list', listWords);
  const from = parseInstantMicros(params.from ?? '');
  const to = parseInstantMicros(params.to ?? '');
  if (from !== undefined && to !== undefined) return listText.rangeBetween(instants.long(from), instants.long(to));
  return words.lastRange(params.range ?? defaultRange);
}
