import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';
import type { GraphRectangle } from '../../../model/graph-layout.ts';

/** Drawn around what is seen, so that a fast scroll shows no gap. */
const margin = 300;

/** The part of a scrolled element's content that is seen, with a margin. */
export function useScrollView(scroller: RefObject<HTMLElement | null>): GraphRectangle {
  const [view, setView] = useState<GraphRectangle>({ left: 0, top: 0, width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const read = (): void =>
      setView({
        left: element.scrollLeft - margin,
        top: element.scrollTop - margin,
        width: element.clientWidth + 2 * margin,
        height: element.clientHeight + 2 * margin,
      });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller]);
  return view;
}
