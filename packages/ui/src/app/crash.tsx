import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure } from '../components/notice.tsx';
import { ViewUnavailableError } from './load-once.ts';
import { ViewUnavailable } from './view-unavailable.tsx';

/** A view that could not be loaded or drawn. Loading anew helps both; the first does so by itself. */
export function Crash({ error }: ErrorComponentProps): ReactNode {
  if (error instanceof ViewUnavailableError) return <ViewUnavailable error={error} />;
  return (
    <Failure error={error instanceof Error ? error : new Error(String(error))} onRetry={() => location.reload()} />
  );
}
