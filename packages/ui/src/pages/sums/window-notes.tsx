import type { ReactNode } from 'react';
import { Warning } from '../../components/notice.tsx';
import type { ServiceTable } from '../../model/service-rows.ts';
import type { WindowExtent } from '../../model/sums-window.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';

/** What of the window is not counted yet, or not counted as a whole. */
export function WindowWarnings({ extents }: { readonly extents: readonly WindowExtent[] }): ReactNode {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const from = extents.reduce((latest, { completeFromMicros }) => Math.max(latest, completeFromMicros ?? 0), 0);
  return (
    <>
      {from > 0 && <Warning>{own.stillSumming(instants.short(from))}</Warning>}
      {extents.some(({ joined }) => !joined) && <Warning>{own.notJoined}</Warning>}
    </>
  );
}

/** What rates are over, and what changes are against: the window before, or the part of it in which anything was counted. */
export function useComparisonNote({ extent, compared }: ServiceTable, before: WindowExtent): string {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  if (extent.sinceMicros !== undefined) return own.since(instants.short(extent.sinceMicros));
  if (before.completeFromMicros !== undefined) return own.comparedLater;
  if (compared === undefined) return own.comparedNothing;
  const { startMicros, endMicros, sinceMicros } = compared;
  const range = `${instants.short(sinceMicros ?? startMicros)} – ${instants.short(endMicros)}`;
  return sinceMicros === undefined ? own.comparedWhole(range) : own.comparedPart(range);
}
