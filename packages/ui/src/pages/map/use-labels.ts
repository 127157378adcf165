import { useMemo } from 'react';
import { labelOrder } from '../../model/label-order.ts';
import { placeLabels } from '../../model/label-places.ts';
import type { Box } from '../../model/label-places.ts';
import type { MapLayout } from '../../model/map-layout.ts';
import { readableScale } from '../../model/map-view.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import type { ServiceMap } from '../../model/service-map.ts';
import { useMeasures } from '../sums/use-measures.ts';

/** What stands under the mark of a node. */
export interface NodeLabel {
  readonly shown: boolean;
  /** Shortened in the middle. */
  readonly name: string;
  /** Rate, errors and latency; empty while the map is small, and where there is no room. */
  readonly facts: string;
}

/** Pixels of the marks: their size at full scale, and at least. */
const [markRadius, leastRadius] = [15, 4];
export const lineHeight = 15;
const longestName = 24;
/** So many names are shown even where they lie on the marks of others. */
const urgent = 10;

export function radiusAt(scale: number): number {
  return Math.max(leastRadius, Math.min(markRadius, markRadius * scale));
}

interface LabelsQuery {
  readonly map: ServiceMap;
  readonly layout: MapLayout;
  readonly scale: number;
  /** The node whose name is shown in any case; -1 for none. */
  readonly first: number;
  readonly unit: RateUnit;
}

/** The label of each node. Letters keep their size however small the map is; names without room are left out. */
export function useLabels({ map, layout, scale, first, unit }: LabelsQuery): readonly NodeLabel[] {
  const measures = useMeasures();
  const texts = useMemo(
    () =>
      map.nodes.map((node) => {
        const facts = [measures.rate(node.rate, unit), measures.duration(node.p95Micros)];
        if (node.errors > 0) facts.splice(1, 0, `⚠\uFE0E ${measures.share(node.errorShare)}`);
        return { name: shortened(node.name), facts: facts.join(' · ') };
      }),
    [map, measures, unit],
  );
  return useMemo(() => {
    const ranked = labelOrder(map.nodes);
    const order = first === -1 ? ranked : [first, ...ranked.filter((index) => index !== first)];
    const radius = radiusAt(scale);
    const at = (index: number): { x: number; y: number } => ({
      x: layout.x[index]! * scale,
      y: layout.y[index]! * scale,
    });
    const lineOf = (index: number, text: string, line: number): Box => {
      const { x, y } = at(index);
      const width = widthOf(text) + 4;
      return { left: x - width / 2, top: y + radius + 1 + line * lineHeight, width, height: lineHeight };
    };
    // A name may touch the ring of another node, but not what is in it.
    const marks = order.map((index): Box => {
      const { x, y } = at(index);
      return { left: x - radius / 2, top: y - radius / 2, width: radius, height: radius };
    });
    const names = order.map((index) => lineOf(index, texts[index]!.name, 0));
    const named = placeLabels(names, marks, [], urgent);
    // Figures go where names leave room: names first, all of them.
    const withFacts = scale >= readableScale;
    const known = names.filter((_, place) => named[place]);
    const facts = order.map((index) => lineOf(index, texts[index]!.facts, 1));
    const told = withFacts ? placeLabels(facts, marks, known) : [];
    const result: NodeLabel[] = [];
    for (const [place, index] of order.entries()) {
      const shown = named[place]!;
      result[index] = { ...texts[index]!, shown, facts: shown && told[place] ? texts[index]!.facts : '' };
    }
    return result;
  }, [map, layout, scale, first, texts]);
}

function shortened(name: string): string {
  const letters = Array.from(name);
  if (letters.length <= longestName) return name;
  const half = (longestName - 1) / 2;
  return `${letters.slice(0, Math.ceil(half)).join('')}…${letters.slice(-Math.floor(half)).join('')}`;
}

let context: CanvasRenderingContext2D | null | undefined;

/** How wide a text is in the larger of the two fonts of a label. */
function widthOf(text: string): number {
  if (context === undefined) {
    context = document.createElement('canvas').getContext('2d');
    if (context !== null) context.font = `550 12px ${getComputedStyle(document.body).fontFamily}`;
  }
  return context?.measureText(text).width ?? text.length * 8;
}
