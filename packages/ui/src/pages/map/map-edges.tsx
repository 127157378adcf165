import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { MapLayout } from '../../model/map-layout.ts';
import type { ServiceMap } from '../../model/service-map.ts';
import styles from './map-picture.module.css';

interface MapEdgesProps {
  readonly map: ServiceMap;
  readonly layout: MapLayout;
  readonly scale: number;
  /** The node whose calls stand out; -1 for none. */
  readonly marked: number;
}

/** In pixels at full size; and at any size at least. */
const [thinnest, thickest, hairline] = [1, 5, 0.6];
/** How far calls that go back stay clear of the nodes between, and how far they reach beyond their ends. */
const [backLift, backReach] = [90, 90];
/** A call fails so often that its line says it. */
const troubled = 0.01;

/** Calls as lines from left to right, as thick as there were calls; dashed where they go back, in red where some failed. */
export const MapEdges = memo(function MapEdges({ map, layout, scale, marked }: MapEdgesProps): ReactNode {
  const most = useMemo(() => map.edges.reduce((high, { count }) => Math.max(high, count), 1), [map]);
  const order = useMemo(() => {
    const touches = ({ from, to }: ServiceMap['edges'][number]): number => Number(from === marked || to === marked);
    return [...map.edges].sort((a, b) => touches(a) - touches(b));
  }, [map, marked]);
  return (
    <g className={styles.edges} data-far={scale < 0.6 || undefined} transform={`scale(${scale})`} aria-hidden="true">
      {order.map(({ from, to, count, errorShare }) => {
        const [x1, y1, x2, y2] = [layout.x[from]!, layout.y[from]!, layout.x[to]!, layout.y[to]!];
        const isBack = x2 <= x1;
        const bend = isBack ? backReach : (x2 - x1) / 2;
        const lift = isBack ? backLift : 0;
        return (
          <path
            key={`${from} ${to}`}
            d={`M${x1} ${y1}C${x1 + bend} ${y1 - lift} ${x2 - bend} ${y2 - lift} ${x2} ${y2}`}
            strokeWidth={Math.max(
              hairline / scale,
              thinnest + (thickest - thinnest) * (Math.log1p(count) / Math.log1p(most)) ** 2,
            )}
            data-back={isBack || undefined}
            data-failed={errorShare >= troubled || undefined}
            data-on={from === marked || to === marked || undefined}
          />
        );
      })}
    </g>
  );
});
