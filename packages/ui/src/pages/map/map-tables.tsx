import { Link } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RateUnit } from '../../model/rate-unit.ts';
import type { MapEdge, MapNode, ServiceMap } from '../../model/service-map.ts';
import type { Measures } from '../../model/service-rows.ts';
import { rangeOf } from '../../model/sums-params.ts';
import type { SumsParams } from '../../model/sums-params.ts';
import { mapWords } from '../../words/en/map.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection } from '../../words/language.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import styles from './map-tables.module.css';

interface MapTablesProps {
  readonly map: ServiceMap;
  readonly unit: RateUnit;
  readonly params: SumsParams;
}

/** What the picture shows: nodes, and the calls between them, busiest first. */
export function MapTables({ map, unit, params }: MapTablesProps): ReactNode {
  const own = useSection('map', mapWords);
  const services = useSection('services', servicesWords);
  const nodes = [...map.nodes].sort(byCount);
  const edges = [...map.edges].sort(byCount);
  return (
    <div className={styles.tables} role="region" tabIndex={0} aria-label={own.nodes}>
      <table className={styles.table} aria-label={own.nodes}>
        <thead>
          <tr>
            <th scope="col">{own.columnNode}</th>
            <th scope="col">{own.columnKind}</th>
            <FigureHeads />
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.key}>
              <th scope="row">
                <NodeLink node={node} params={params} />
              </th>
              <td className={styles.text}>{services.nodeKind(node.kind)}</td>
              <Figures of={node} unit={unit} />
            </tr>
          ))}
        </tbody>
      </table>
      <table className={styles.table} aria-label={own.connections}>
        <thead>
          <tr>
            <th scope="col">{own.columnCaller}</th>
            <th scope="col">{own.columnCallee}</th>
            <FigureHeads />
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <tr key={`${edge.from} ${edge.to}`}>
              <th scope="row">
                <NodeLink node={map.nodes[edge.from]!} params={params} />
              </th>
              <td className={styles.text}>
                <NodeLink node={map.nodes[edge.to]!} params={params} />
              </td>
              <Figures of={edge} unit={unit} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function byCount(a: MapNode | MapEdge, b: MapNode | MapEdge): number {
  return b.count - a.count;
}

function NodeLink({ node, params }: { readonly node: MapNode; readonly params: SumsParams }): ReactNode {
  return (
    <Link to="/map" search={{ ...rangeOf(params), as: 'table', focus: node.key }}>
      {node.name}
    </Link>
  );
}

function FigureHeads(): ReactNode {
  const own = useSection('map', mapWords);
  return (
    <>
      <th scope="col">{own.columnRate}</th>
      <th scope="col">{own.columnErrors}</th>
      <th scope="col">{own.columnP95}</th>
    </>
  );
}

function Figures({ of, unit }: { readonly of: Measures; readonly unit: RateUnit }): ReactNode {
  const measures = useMeasures();
  return (
    <>
      <td>{measures.rate(of.rate, unit)}</td>
      <td className={of.errors > 0 ? styles.failed : undefined}>
        {of.errors > 0 && <CircleAlert size={12} aria-hidden="true" />}
        {measures.share(of.errorShare)}
      </td>
      <td>{measures.duration(of.p95Micros)}</td>
    </>
  );
}
