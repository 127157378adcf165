import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatMicros } from '../../model/durations.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import type { ServiceRow, ServiceTable } from '../../model/service-rows.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { useMeasures } from '../sums/use-measures.ts';
import styles from './service-page.module.css';

interface ChartTableProps {
  readonly row: ServiceRow;
  readonly table: ServiceTable;
  readonly unit: RateUnit;
}

/** What the three charts show, newest step first, with a link for every dot. */
export function ChartTable({ row: { steps, exemplars }, table, unit }: ChartTableProps): ReactNode {
  const { instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const measures = useMeasures();
  const { startMicros } = table.extent;
  const label = `${own.rateChart}, ${own.errorsChart}, ${own.latencyChart}`;
  const newestFirst = steps.rate.map((_, step) => step).reverse();
  return (
    <div className={styles.scroller} role="region" tabIndex={0} aria-label={label}>
      <table className={`${styles.table} ${styles.steps}`} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{own.columnTime}</th>
            <th scope="col">{own.rateChart}</th>
            <th scope="col">{own.errorsChart}</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
            <th scope="col">{own.columnTraces}</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((step) => {
            const from = startMicros + step * table.stepMicros;
            const [rate, errors] = [steps.rate[step] ?? null, steps.errorShare[step] ?? null];
            return (
              <tr key={step}>
                <th scope="row">{instants.short(from)}</th>
                <td>{rate === null ? own.running : measures.rate(rate, unit)}</td>
                <td>{errors === null ? '–' : measures.share(errors)}</td>
                <td>{measures.duration(steps.p50Micros[step] ?? null)}</td>
                <td>{measures.duration(steps.p95Micros[step] ?? null)}</td>
                <td>{measures.duration(steps.p99Micros[step] ?? null)}</td>
                <td className={styles.traces}>
                  {exemplars
                    .filter((exemplar) => exemplar.step === step)
                    .map(({ traceId, durationMicros }) => (
                      <Link
                        key={durationMicros}
                        to="/trace/$traceId"
                        params={{ traceId }}
                        preload={false}
                        aria-label={own.exemplar(formatMicros(durationMicros), instants.short(from))}
                      >
                        {formatMicros(durationMicros)}
                      </Link>
                    ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
