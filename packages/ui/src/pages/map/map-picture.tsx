import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import button from '../../components/button.module.css';
import { useKeys } from '../../components/use-keys.ts';
import { useSize } from '../../components/use-size.ts';
import { layoutMap } from '../../model/map-layout.ts';
import type { MapLayout } from '../../model/map-layout.ts';
import { nodeThatWay, pannedBy, revealed, zoomAbout } from '../../model/map-view.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import { assignHues } from '../../model/service-colours.ts';
import type { MapNode, ServiceMap } from '../../model/service-map.ts';
import { mapWords } from '../../words/en/map.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { MapEdges } from './map-edges.tsx';
import { moveKeys, panKeys, zoomKeys } from './map-keys.ts';
import { MapNodeMark } from './map-node.tsx';
import styles from './map-picture.module.css';
import { useLabels } from './use-labels.ts';
import { useMapView } from './use-map-view.ts';

/** More connections than these hide what they connect: those of nodes that are not looked at stand back. */
const crowdedEdges = 600;

interface MapPictureProps {
  readonly map: ServiceMap;
  /** All nodes, also those that are not shown: colours do not change with the focus. */
  readonly names: readonly MapNode[];
  readonly unit: RateUnit;
  readonly focus: string | undefined;
  /** Called with the node whose neighbourhood is to be shown, `undefined` for the whole map. */
  readonly onFocus: (key: string | undefined) => void;
}

/** The map as a picture: drag, wheel, two fingers and keys move it. */
export function MapPicture(props: MapPictureProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const [measure, size] = useSize();
  return (
    <div
      className={styles.window}
      ref={(box) => {
        element.current = box;
        return measure(box);
      }}
    >
      {size.width > 0 && size.height > 0 && <Picture {...props} size={size} box={element} />}
    </div>
  );
}

interface PictureProps extends MapPictureProps {
  readonly size: { readonly width: number; readonly height: number };
  readonly box: RefObject<HTMLDivElement | null>;
}

function Picture({ map, names, unit, focus, onFocus, size, box }: PictureProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('map', mapWords);
  const layout = useLayout(map, size);
  const places = useMemo(() => new Map(map.nodes.map(({ key }, at) => [key, at])), [map]);
  const hues = useMemo(() => assignHues(names.map(({ name }) => name)), [names]);
  const centre = focus === undefined ? undefined : places.get(focus);
  const { view, change, reset, pointer, dragged } = useMapView(box, layout, size, centre);
  const [selected, setSelected] = useState(focus);
  const [pointed, setPointed] = useState<string>();
  const at = selected === undefined ? -1 : (places.get(selected) ?? -1);
  const marked = places.get(pointed ?? selected ?? '') ?? -1;
  const labels = useLabels({ map, layout, scale: view.scale, first: at, unit });
  const select = (node: number): void => {
    setSelected(map.nodes[node]?.key);
    change((held) => revealed(held, layout, size, node));
  };
  useKeys((key) => {
    const [move, pan, zoom] = [moveKeys[key], panKeys[key], zoomKeys[key]];
    if (move !== undefined) return () => select(at === -1 ? firstNode(layout) : nodeThatWay(layout, at, move));
    if (pan !== undefined) return () => change((held) => pannedBy(held, pan[0] * size.width, pan[1] * size.height));
    if (zoom !== undefined) return () => change((held) => zoomAbout(held, zoom, size.width / 2, size.height / 2));
    if (key === '0') return reset;
    if (key === 'Enter' && at !== -1) return () => onFocus(selected);
    if (key === 'Escape' && focus !== undefined) return () => onFocus(undefined);
    return undefined;
  });
  const zoomBy = (factor: number) => () => change((held) => zoomAbout(held, factor, size.width / 2, size.height / 2));
  const hidden = labels.filter((label) => !label.shown).length;
  return (
    <>
      <div
        className={styles.picture}
        role="group"
        tabIndex={0}
        aria-label={own.label(count(map.nodes.length))}
        aria-activedescendant={at === -1 ? undefined : `map-node-${at}`}
        data-scale={view.scale.toFixed(3)}
        data-crowded={map.edges.length > crowdedEdges || undefined}
        {...pointer}
      >
        <svg width={size.width} height={size.height}>
          <g transform={`translate(${view.left} ${view.top})`}>
            <MapEdges map={map} layout={layout} scale={view.scale} marked={marked} />
            {map.nodes.map((node, index) => (
              <MapNodeMark
                key={node.key}
                id={`map-node-${index}`}
                node={node}
                x={layout.x[index]! * view.scale}
                y={layout.y[index]! * view.scale}
                scale={view.scale}
                hue={hues.get(node.name) ?? 0}
                label={labels[index]!}
                unit={unit}
                selected={index === at}
                onPoint={(on) => setPointed(on ? node.key : undefined)}
                onOpen={() => {
                  if (!dragged()) onFocus(node.key);
                }}
              />
            ))}
          </g>
        </svg>
      </div>
      <div className={styles.legend}>
        <b role="status">{own.nodeCount(count(map.nodes.length), count(map.edges.length))}</b>{' '}
        <span className={styles.hint}>{own.hint}</span> {hidden > 0 && own.hidden(hidden, count(hidden))}
      </div>
      <div className={styles.zoom}>
        <button type="button" className={button.icon} aria-label={own.zoomIn} title={own.zoomIn} onClick={zoomBy(1.3)}>
          <ZoomIn size={16} />
        </button>
        <button
          type="button"
          className={button.icon}
          aria-label={own.zoomOut}
          title={own.zoomOut}
          onClick={zoomBy(1 / 1.3)}
        >
          <ZoomOut size={16} />
        </button>
        <button type="button" className={button.icon} aria-label={own.fit} title={own.fit} onClick={reset}>
          <Maximize size={16} />
        </button>
      </div>
    </>
  );
}

/** Made anew when nodes or calls come or go, or the window becomes much wider or narrower; not when figures change. */
function useLayout(map: ServiceMap, { width, height }: { width: number; height: number }): MapLayout {
  // Half octaves.
  const aspect = 2 ** (Math.round(Math.log2(width / height) * 2) / 2);
  const structure = useMemo(
    () => JSON.stringify([map.nodes.map(({ key }) => key), map.edges.map(({ from, to }) => [from, to])]),
    [map],
  );
  const of = `${aspect} ${structure}`;
  const [held, setHeld] = useState(() => ({ of, layout: layoutMap(map, aspect) }));
  if (held.of === of) return held.layout;
  const next = { of, layout: layoutMap(map, aspect) };
  setHeld(next);
  return next.layout;
}

/** Where the arrow keys begin: at the top left. */
function firstNode({ x, y }: MapLayout): number {
  return x.reduce((first, _, node) => ((x[node]! - x[first]! || y[node]! - y[first]!) < 0 ? node : first), 0);
}
