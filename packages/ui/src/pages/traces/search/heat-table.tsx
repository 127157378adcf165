import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { heatMapBucketNanos, heatMapColumnStart } from '@spanwise/wire/query';
import type { TracesOverviewAnswer } from '@spanwise/wire/query';
import { formatDuration } from '../../../model/durations.ts';
import { brushOf, formatBrush, heatGrid, heatTable } from '../../../model/heat-map.ts';
import type { TracesParams } from '../../../model/traces-params.ts';
import { searchWords } from '../../../words/en/search.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import styles from './heat-map.module.css';

interface HeatTableProps {
  readonly answer: TracesOverviewAnswer;
  readonly params: TracesParams;
  readonly onChange: (next: TracesParams) => void;
}

/** The heat map for those who do not see it: coarser, and each number chooses what it counts. */
export function HeatTable({ answer, params, onChange }: HeatTableProps): ReactNode {
  const { count, instants } = useSpeech();
  const own = useSection('search', searchWords);
  const grid = useMemo(() => heatGrid(answer), [answer]);
  const { columns, rows } = useMemo(() => heatTable(grid), [grid]);
  const toggle = (brush: string): void => {
    const { brush: held, live: _live, ...rest } = params;
    onChange(held === brush ? rest : { ...rest, brush });
  };
  return (
    <div className={styles.table} role="region" aria-label={own.asTable} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{own.tableDuration}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {own.tableFrom(instants.short(heatMapColumnStart(column, grid)))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { fromBucket = 0, toBucket = 0 } = row[0]?.range ?? {};
            return (
              <tr key={fromBucket}>
                <th scope="row">
                  {own.durations(
                    formatDuration(heatMapBucketNanos(fromBucket)),
                    formatDuration(heatMapBucketNanos(toBucket + 1)),
                  )}
                </th>
                {row.map((cell) => {
                  const brush = formatBrush(brushOf(grid, cell.range));
                  return (
                    <td key={cell.range.fromColumn}>
                      {cell.count > 0 && (
                        <button type="button" aria-pressed={params.brush === brush} onClick={() => toggle(brush)}>
                          {count(cell.count)}
                          {cell.errors > 0 && ` (${own.withErrors(count(cell.errors))})`}
                        </button>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
