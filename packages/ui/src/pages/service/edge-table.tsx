import { Link } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { NeighbourEdge } from '../../model/caller-kinds.ts';
import { nodeKey } from '../../model/node-key.ts';
import { rateUnitOf } from '../../model/rate-unit.ts';
import { measuresOf } from '../../model/service-rows.ts';
import type { RangeParams } from '../../model/sums-params.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection } from '../../words/language.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import styles from './service-page.module.css';

interface EdgeTableProps {
  readonly title: string;
  readonly none: string;
  readonly edges: readonly NeighbourEdge[];
  /** How long the window lasted. */
  readonly seconds: number;
  readonly range: RangeParams;
}

/** The callers of a service, or what it calls, most calls first. */
export function EdgeTable({ title, none, edges, seconds, range }: EdgeTableProps): ReactNode {
  const own = useSection('services', servicesWords);
  const measures = useMeasures();
  const rows = edges
    .map((edge) => ({ ...edge, ...measuresOf(edge, seconds) }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const unit = rateUnitOf(rows.map(({ rate }) => rate));
  return (
    <section>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <table className={styles.table} aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{own.columnService}</th>
              <th scope="col">{own.column('rate')}</th>
              <th scope="col">{own.column('errors')}</th>
              <th scope="col" className={styles.wide}>
                {own.column('p50')}
              </th>
              <th scope="col">{own.column('p95')}</th>
              <th scope="col" className={styles.wide}>
                {own.column('p99')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={nodeKey(row.name, row.kind)}>
                <th scope="row">
                  {row.kind === 'service' ? (
                    <Link to="/services/$service" params={{ service: row.name }} search={range}>
                      {row.name}
                    </Link>
                  ) : (
                    <>
                      <Link to="/map" search={{ ...range, focus: nodeKey(row.name, row.kind) }}>
                        {row.name}
                      </Link>
                      <span className={styles.kind}>{own.nodeKind(row.kind)}</span>
                    </>
                  )}
                </th>
                <td>{measures.rate(row.rate, unit)}</td>
                <td className={row.errors > 0 ? styles.failed : undefined}>
                  {row.errors > 0 && <CircleAlert size={12} aria-hidden="true" />}
                  {measures.share(row.errorShare)}
                </td>
                <td className={styles.wide}>{measures.duration(row.p50Micros)}</td>
                <td>{measures.duration(row.p95Micros)}</td>
                <td className={styles.wide}>{measures.duration(row.p99Micros)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
