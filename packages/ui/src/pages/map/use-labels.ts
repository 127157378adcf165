import { useMemo } from 'react';
import { placeLabels } from '../../model/label-places.ts';
import type { Box } from '../../model/label-places.ts';
import type { MapLayout } from '../../model/map-layout.ts';
import { readableScale } from '../../model/map-view.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import type { MapNode, ServiceMap } from '../../model/service-map.ts';
import { useMeasures } from '../sums/use-measures.ts';

/** What stands under the mark of a node. */
export interface NodeLabel {
  readonly shown: boolean;
  /** Shortened in the middle. */
  readonly name: string;
  /** Rate, errors and latency; empty while the map is small. */
  readonly facts: string;
}

/** Pixels of the marks: their size at full scale, and at least. */
const [markRadius, leastRadius] = [15, 4];
export const lineHeight = 15;
const longestName = 24;
/** With a larger share of errors a name is shown before those of busier nodes. */
const troubled = 0.01;

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
        if (node.errors > 0) facts.splice(1, 0, `⚠ ${measures.share(node.errorShare)}`);
        return { name: shortened(node.name), facts: facts.join(' · ') };
      }),
    [map, measures, unit],
  );
  return useMemo(() => {
    const withFacts = scale >= readableScale;
    const order = map.nodes
      .map((_, index) => index)
      .sort((a, b) => Number(b === first) - Number(a === first) || byImportance(map.nodes[a]!, map.nodes[b]!));
    const radius = radiusAt(scale);
    const labels = order.map((index): Box => {
      const { name, facts } = texts[index]!;
      const width = Math.max(widthOf(name), withFacts ? widthOf(facts) : 0) + 4;
      const height = lineHeight * (withFacts ? 2 : 1);
      return { left: layout.x[index]! * scale - width / 2, top: layout.y[index]! * scale + radius + 1, width, height };
    });
    const marks = order.map((index): Box => ({
      left: layout.x[index]! * scale - radius,
      top: layout.y[index]! * scale - radius,
      width: 2 * radius,
      height: 2 * radius,
    }));
    const shown = placeLabels(labels, marks);
    const result: NodeLabel[] = [];
    for (const [place, index] of order.entries()) {
      const { name, facts } = texts[index]!;
      result[index] = { name, facts: withFacts ? facts : '', shown: shown[place]! };
    }
    return result;
  }, [map, layout, scale, first, texts]);
}

function byImportance(a: MapNode, b: MapNode): number {
  return Number(b.errorShare >= troubled) - Number(a.errorShare >= troubled) || b.count - a.count;
}

function shortened(name: string): string {
  const letters = [...name];
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
