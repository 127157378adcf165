import type { ReactNode } from 'react';
import { hueStyle } from '../../components/hue.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import type { MapNode } from '../../model/service-map.ts';
import { mapWords } from '../../words/en/map.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection } from '../../words/language.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import styles from './map-picture.module.css';
import type { NodeLabel } from './use-labels.ts';
import { lineHeight, radiusAt } from './use-labels.ts';

interface MapNodeMarkProps {
  readonly id: string;
  readonly node: MapNode;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly hue: number;
  readonly label: NodeLabel;
  readonly unit: RateUnit;
  readonly selected: boolean;
  readonly onPoint: (on: boolean) => void;
  readonly onOpen: () => void;
}

/** A node: its ring is red by the share of errors, its shape says what it is. */
export function MapNodeMark(props: MapNodeMarkProps): ReactNode {
  const { id, node, x, y, scale, hue, label, unit, selected, onPoint, onOpen } = props;
  const own = useSection('map', mapWords);
  const services = useSection('services', servicesWords);
  const measures = useMeasures();
  const radius = radiusAt(scale);
  const ring = Math.max(1.5, radius / 4);
  const name = own.nodeLabel(
    node.name,
    services.nodeKind(node.kind),
    measures.rate(node.rate, unit),
    measures.share(node.errorShare),
    measures.duration(node.p95Micros),
  );
  return (
    <g
      id={id}
      className={styles.node}
      role="button"
      aria-pressed={selected}
      data-node={node.key}
      transform={`translate(${x} ${y})`}
      style={hueStyle(hue)}
      onClick={onOpen}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
    >
      <title>{name}</title>
      {selected && <circle className={styles.selection} r={radius + 4} />}
      <circle className={styles.disc} r={radius} />
      <circle className={styles.ring} r={radius - ring / 2} strokeWidth={ring} />
      {node.errors > 0 && (
        <circle
          className={styles.failedRing}
          r={radius - ring / 2}
          strokeWidth={ring}
          pathLength={100}
          strokeDasharray={`${Math.max(4, node.errorShare * 100)} 100`}
          transform="rotate(-90)"
        />
      )}
      <Shape kind={node.kind} size={(radius - ring) * 0.62} />
      {label.shown && (
        <text className={styles.label} textAnchor="middle" data-label={node.key} aria-hidden="true">
          <tspan x={0} y={radius + 12} className={styles.name}>
            {label.name}
          </tspan>
          {label.facts !== '' && (
            <tspan x={0} y={radius + 12 + lineHeight} className={node.errors > 0 ? styles.failedFacts : styles.facts}>
              {label.facts}
            </tspan>
          )}
        </text>
      )}
    </g>
  );
}

/** A disc for a service, a square for a database, a diamond for a broker. */
function Shape({ kind, size }: { readonly kind: MapNode['kind']; readonly size: number }): ReactNode {
  if (kind === 'service') return <circle className={styles.service} r={size} />;
  const turned = kind === 'broker' ? 'rotate(45)' : undefined;
  return (
    <rect
      className={styles.other}
      x={-size * 0.8}
      y={-size * 0.8}
      width={size * 1.6}
      height={size * 1.6}
      transform={turned}
    />
  );
}
