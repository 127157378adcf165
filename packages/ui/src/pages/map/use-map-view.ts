import { useCallback, useEffect, useRef, useState } from 'react';
import type { PointerEvent, RefObject } from 'react';
import type { Size } from '../../components/use-size.ts';
import { fitView, pannedBy, readableView, zoomAbout } from '../../model/map-view.ts';
import type { MapView } from '../../model/map-view.ts';
import type { MapLayout } from '../../model/map-layout.ts';

/** A press that moved farther is no click. */
const clickPixels = 4;

/** What is seen of the map, and the hands that move it. */
export interface MapHands {
  readonly view: MapView;
  readonly change: (next: (view: MapView) => MapView) => void;
  /** As at first: all of the map, or the node in focus at a size that can be read. */
  readonly reset: () => void;
  readonly pointer: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
  };
  /** Whether the press that ends moved the map. */
  readonly dragged: () => boolean;
}

/** Drag and two fingers move and zoom, the wheel zooms. Until somebody does, the map fits the window as that changes. */
export function useMapView(
  element: RefObject<HTMLElement | null>,
  layout: MapLayout,
  size: Size,
  centre: number | undefined,
): MapHands {
  const [held, setHeld] = useState<MapView>();
  const first = centre === undefined ? fitView(layout, size) : readableView(layout, size, centre);
  const view = held ?? first;
  const latest = useRef(view);
  useEffect(() => {
    latest.current = view;
  });
  const change = useCallback((next: (view: MapView) => MapView): void => {
    latest.current = next(latest.current);
    setHeld(latest.current);
  }, []);
  useWheel(element, change);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const release = (event: PointerEvent<HTMLElement>): void => void fingers.current.delete(event.pointerId);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    // Let go where nobody told this element: what is not captured yet ends outside of it.
    if (event.buttons === 0) return release(event);
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    moved.current += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    fingers.current.set(event.pointerId, now);
    // Captured only now, so that a mere click still reaches the node under it.
    if (moved.current > clickPixels) event.currentTarget.setPointerCapture(event.pointerId);
    const { left, top } = event.currentTarget.getBoundingClientRect();
    change((current) => {
      if (other === undefined) return pannedBy(current, now.x - before.x, now.y - before.y);
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      return zoomAbout(current, factor, (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
    });
  };
  return {
    view,
    change,
    reset: () => setHeld(undefined),
    pointer: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        if (fingers.current.size === 0) moved.current = 0;
        fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      },
      onPointerMove,
      onPointerUp: release,
      onPointerCancel: release,
    },
    dragged: () => moved.current > clickPixels,
  };
}

/** React listens to wheels passively; this one must keep the page from scrolling. */
function useWheel(element: RefObject<HTMLElement | null>, change: (next: (view: MapView) => MapView) => void): void {
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    const turn = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const factor = Math.exp((-event.deltaY * lines) / 500);
      change((view) => zoomAbout(view, factor, event.clientX - left, event.clientY - top));
    };
    box.addEventListener('wheel', turn, { passive: false });
    return () => box.removeEventListener('wheel', turn);
  }, [element, change]);
}

function distance(one: { x: number; y: number }, other: { x: number; y: number }): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
