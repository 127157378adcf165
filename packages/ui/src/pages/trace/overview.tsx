import type { ReactNode } from 'react';
import { Minimap } from './minimap.tsx';
import { ServiceLegend } from './service-legend.tsx';
import type { TraceView } from './use-trace-view.ts';

interface OverviewProps {
  readonly trace: TraceView;
  /** In pixels, of the names and of the strip of time beside them. */
  readonly nameWidth: number;
  readonly stripWidth: number;
  readonly phone: boolean;
}

/** Above the rows: which colour is which service, and the whole trace in a strip. */
export function Overview({ trace, nameWidth, stripWidth, phone }: OverviewProps): ReactNode {
  return (
    <>
      {!phone && <ServiceLegend trace={trace} width={nameWidth} />}
      <div style={{ width: stripWidth }}>
        <Minimap trace={trace} />
      </div>
    </>
  );
}
