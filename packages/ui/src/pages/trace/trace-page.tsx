import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { currentProgress, subscribeProgress } from '../../api/progress.ts';
import { presenceQuery, traceQuery } from '../../api/trace-query.ts';
import { Failure } from '../../components/notice.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { formatDuration } from '../../model/durations.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { LazyNotHere } from './lazy-parts.tsx';
import styles from './trace-page.module.css';
import { TraceView } from './trace-view.tsx';

/** Where did this one's time go? */
export function TracePage(): ReactNode {
  const { words } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { traceId } = useParams({ from: '/trace/$traceId' });
  const { data: model, error, isPending, refetch } = useQuery(traceQuery(traceId));
  useQuery(presenceQuery);
  const slow = useDelayed(isPending);
  useEffect(() => {
    const root = model?.tree.spans[model.mainRoot];
    const name =
      root === undefined
        ? traceText.traceTitle
        : `${root.resource.serviceName} ${root.name} ${formatDuration(model?.totalNanos ?? 0)}`;
    document.title = `${name} · ${words.brand}`;
  }, [model, words]);
  if (model === null)
    return (
      <Suspense fallback={null}>
        <LazyNotHere traceId={traceId} />
      </Suspense>
    );
  if (model !== undefined) return <TraceView key={model.traceId} model={model} />;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return slow ? <Loading /> : null;
}

/** A large trace says how much of it is here. */
function Loading(): ReactNode {
  const { words, percent } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const share = useSyncExternalStore(subscribeProgress, currentProgress);
  return (
    <p className={styles.loading} role="status">
      {share === undefined ? words.loading : traceText.loadingShare(percent(share))}
    </p>
  );
}
