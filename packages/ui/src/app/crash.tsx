import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure } from '../components/notice.tsx';

/** A view that could not be loaded (the collector was restarted with another version) or drawn. Loading anew helps both. */
export function Crash({ error }: ErrorComponentProps): ReactNode {
  return (
    <Failure error={error instanceof Error ? error : new Error(String(error))} onRetry={() => location.reload()} />
  );
}
