import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { RefusedError } from '../api/client.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';
import button from './button.module.css';
import styles from './notice.module.css';

/** Something to know about what is shown below it. */
export function Warning({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles.warning} role="status">
      <TriangleAlert size={15} aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}

/** What failed, in the collector's own words, with the technical part folded. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }): ReactNode {
  const { words } = useSpeech();
  const refused = error instanceof RefusedError ? error : undefined;
  return (
    <div className={styles.failure} role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <div>
        <strong>{headline(words, error)}</strong>
        <p>{error.message}</p>
        {refused?.hint !== undefined && <p>{refused.hint}</p>}
        {refused !== undefined && (
          <details>
            <summary>{words.details}</summary>
            <code>{words.failedDetails(refused.status, refused.code)}</code>
          </details>
        )}
        <button type="button" className={button.text} onClick={onRetry}>
          {words.retry}
        </button>
      </div>
    </div>
  );
}

function headline(words: Words, error: Error): string {
  if (!(error instanceof RefusedError)) return words.broken;
  return error.status < 500 ? words.refused : words.failed;
}
