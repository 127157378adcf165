import { useEffect } from 'react';
import type { RefObject } from 'react';
import { pan, zoom } from '../../model/time-window.ts';
import { wholeTrace } from '../../model/view-state.ts';
import type { TraceView } from './use-trace-view.ts';

/** The wheel zooms (with Ctrl or ⌘, or a pinch on a touchpad) and pans sideways; two fingers pinch, one pans sideways. */
export function usePointerZoom(
  scroller: RefObject<HTMLElement | null>,
  trace: TraceView,
  nameWidth: number,
  width: number,
): void {
  const { model, update } = trace;
  useEffect(() => {
    const element = scroller.current;
    if (element === null || width <= 0) return undefined;
    const whole = wholeTrace(model);
    const anchorOf = (clientX: number): number => {
      const x = clientX - element.getBoundingClientRect().left - nameWidth;
      return Math.min(1, Math.max(0, x / width));
    };
    const wheel = (event: WheelEvent): void => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150);
        update((view) => ({ ...view, window: zoom(view.window, factor, anchorOf(event.clientX), whole) }));
      } else if (event.shiftKey || Math.abs(sideways) > Math.abs(event.deltaY)) {
        event.preventDefault();
        update((view) => ({ ...view, window: pan(view.window, sideways / width, whole) }));
      }
    };
    let spread = 0;
    let last: Touch | undefined;
    const pinch = (one: Touch, other: Touch): void => {
      const next = Math.max(20, Math.abs(one.clientX - other.clientX));
      if (spread > 0) {
        const [factor, anchor] = [spread / next, anchorOf((one.clientX + other.clientX) / 2)];
        update((view) => ({ ...view, window: zoom(view.window, factor, anchor, whole) }));
      }
      spread = next;
    };
    // Up and down is the browser's: it scrolls, and then cancels the touch.
    const swipe = (one: Touch): void => {
      const share = last === undefined ? 0 : (last.clientX - one.clientX) / width;
      if (share !== 0) update((view) => ({ ...view, window: pan(view.window, share, whole) }));
      last = one;
    };
    const touch = (event: TouchEvent): void => {
      const [one, other] = event.touches;
      if (one === undefined) return;
      if (other === undefined) {
        swipe(one);
        return;
      }
      if (event.cancelable) event.preventDefault();
      pinch(one, other);
    };
    const settle = ({ touches }: TouchEvent): void => {
      spread = 0;
      last = touches.length === 1 ? touches[0] : undefined;
    };
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('touchmove', touch, { passive: false });
    for (const name of ['touchstart', 'touchend', 'touchcancel'] as const) {
      element.addEventListener(name, settle, { passive: true });
    }
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('touchmove', touch);
      for (const name of ['touchstart', 'touchend', 'touchcancel'] as const) element.removeEventListener(name, settle);
    };
  }, [scroller, model, update, nameWidth, width]);
}
