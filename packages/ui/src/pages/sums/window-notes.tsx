import type { ReactNode } from 'react';
import { Warning } from '../../components/notice.tsx';
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

interface ComparisonNoteProps {
  readonly extent: WindowExtent;
  readonly compared: WindowExtent | undefined;
}

/** What changes are against: the window before, or the part of it of which anything is stored. */
export function useComparisonNote({ extent, compared }: ComparisonNoteProps): string {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  if (compared === undefined) return own.comparedNothing;
  const before = `${instants.short(compared.startMicros)} – ${instants.short(compared.endMicros)}`;
  // A step that still runs makes the window a little shorter.
  const isWhole = compared.endMicros - compared.startMicros >= extent.endMicros - extent.startMicros;
  return isWhole ? own.comparedWhole(before) : own.comparedPart(before);
}
