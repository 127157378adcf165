import { queryOptions, useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { fetchServices } from '../api/client.ts';
import { Failure } from '../components/notice.tsx';
import { useSpeech } from '../words/language.tsx';
import styles from './frame.module.css';

const reloadKey = 'spanwise.view-reload';
/**
 * A view that fails again so soon after loading anew is broken, and loading anew once more would go round in circles.
 */
const reloadPauseMillis = 15_000;

/** Asked again and again by the client's own rule until somebody answers. */
const answerQuery = queryOptions({
  queryKey: ['view-unavailable'],
  queryFn: async ({ signal }): Promise<true> => fetchServices(signal).then(() => true),
  staleTime: 0,
  gcTime: 0,
});

/** The code of a view is missing: waits until the collector answers, then loads the page anew at the same address. */
export function ViewUnavailable({ error }: { readonly error: Error }): ReactNode {
  const { words } = useSpeech();
  const { isPending } = useQuery(answerQuery);
  const [tried] = useState(reloadedLately);
  useEffect(() => {
    if (!isPending && !tried) reload();
  }, [isPending, tried]);
  if (!isPending && tried) return <Failure error={error} onRetry={reload} />;
  return (
    <p className={styles.unavailable} role="status">
      <Unplug size={16} aria-hidden="true" />
      {words.viewUnavailable}
    </p>
  );
}

function reload(): void {
  try {
    sessionStorage.setItem(reloadKey, String(Date.now()));
  } catch {
    // Storage is shut: `reloadedLately` then holds, and only people load anew.
  }
  location.reload();
}

function reloadedLately(): boolean {
  try {
    return Date.now() - Number(sessionStorage.getItem(reloadKey)) < reloadPauseMillis;
  } catch {
    return true;
  }
}
