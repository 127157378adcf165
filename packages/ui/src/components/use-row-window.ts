import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { rowWindow, scrollTopFor } from '../model/row-window.ts';
import type { RowWindow } from '../model/row-window.ts';

interface Scrolled {
  readonly scrollTop: number;
  readonly viewport: number;
}

/** The rows to draw in an element that scrolls, and a way to bring one into view. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): [rows: RowWindow, scrollTo: (row: number, align: 'nearest' | 'center') => void] {
  const [scrolled, setScrolled] = useState<Scrolled>({ scrollTop: 0, viewport: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const read = (): void => setScrolled({ scrollTop: element.scrollTop, viewport: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller]);
  const scrollTo = useCallback(
    (row: number, align: 'nearest' | 'center') => {
      const element = scroller.current;
      if (element === null) return;
      const box = { count, rowHeight, scrollTop: element.scrollTop, viewport: element.clientHeight };
      element.scrollTop = scrollTopFor(box, row, align);
    },
    [scroller, count, rowHeight],
  );
  const rows = useMemo(() => rowWindow({ count, rowHeight, ...scrolled }), [count, rowHeight, scrolled]);
  return [rows, scrollTo];
}

/** The same for a list that scrolls with the whole page. */
export function usePageRowWindow(list: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [scrolled, setScrolled] = useState<Scrolled>({ scrollTop: 0, viewport: 0 });
  const held = useRef(scrolled);
  const read = useCallback(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    const next = { scrollTop: Math.max(0, -top), viewport: innerHeight };
    if (next.scrollTop === held.current.scrollTop && next.viewport === held.current.viewport) return;
    held.current = next;
    setScrolled(next);
  }, [list]);
  useLayoutEffect(read);
  useEffect(() => {
    addEventListener('scroll', read, { passive: true });
    addEventListener('resize', read);
    return () => {
      removeEventListener('scroll', read);
      removeEventListener('resize', read);
    };
  }, [read]);
  return useMemo(() => rowWindow({ count, rowHeight, ...scrolled }), [count, rowHeight, scrolled]);
}
