import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { traceQuery } from '../../api/trace-query.ts';
import button from '../../components/button.module.css';
import type { TraceDetails } from '../../model/trace-details.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { completedModel } from '../../model/whole-span.ts';
import { largeTraceWords } from '../../words/en/large-trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './details-line.module.css';
import type { TraceView } from './use-trace-view.ts';

/** Of larger traces tags and logs are read where somebody looks, or when somebody asks for all: they are some 300 bytes a span. */
const mostByItself = 200_000;

interface DetailsLineProps {
  readonly trace: TraceView;
  /** The model on the clocks of the senders. */
  readonly sent: TraceModel;
  readonly details: TraceDetails;
}

/** How much of the tags and logs of a large trace is here. Reads them in the background, and puts the whole trace in place. */
export function DetailsLine({ trace, sent, details }: DetailsLineProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('largeTrace', largeTraceWords);
  const { version, view } = trace;
  const client = useQueryClient();
  const searching = view.query !== '';
  const fills = sent.count <= mostByItself || searching || view.tab === 'json' || view.tab === 'findings';
  // Who leaves does not wait for the rest.
  useEffect(() => () => details.rest(), [details]);
  useEffect(() => {
    if (fills) details.fill();
  }, [details, fills]);
  useEffect(() => {
    const completed = completedModel(sent);
    if (completed !== undefined) client.setQueryData(traceQuery(sent.traceId).queryKey, completed);
  }, [client, sent, version]);
  const told = own.arriving(count(details.loaded), count(sent.count));
  return (
    <div className={styles.line}>
      <progress className={styles.progress} max={sent.count} value={details.loaded} aria-label={told} />
      <span>
        {told} {!details.filling && own.onDemand} {searching && own.searched}
      </span>
      {details.failing && (
        <span className={styles.failing} role="alert">
          {own.failing}{' '}
          <button type="button" className={button.link} onClick={() => details.retry()}>
            {own.retry}
          </button>
        </span>
      )}
      {!details.filling && (
        <button type="button" className={button.link} onClick={() => details.fill()}>
          {own.loadAll}
        </button>
      )}
    </div>
  );
}
