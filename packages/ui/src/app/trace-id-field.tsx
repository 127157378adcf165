import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { ClipboardEvent, FormEvent, ReactNode } from 'react';
import field from '../components/field.module.css';
import { findTraceId } from '../model/trace-id.ts';
import { useSpeech } from '../words/language.tsx';
import styles from './frame.module.css';
import { loadOnce } from './load-once.ts';

const LazySuggestServices = lazy(
  loadOnce(async () => ({ default: (await import('../components/suggest-services.tsx')).SuggestServices })),
);

/** Takes a trace id in whatever it was copied with, and goes there, pasting is enough; or a part of the name of a service. */
export function TraceIdField(): ReactNode {
  const { words } = useSpeech();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [entered, setEntered] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useGoKey(input);
  const type = (typed: string): void => {
    setText(typed);
    setOpen(typed.trim() !== '');
    setEntered(false);
  };
  const leave = (): void => {
    type('');
    input.current?.blur();
  };
  const go = (candidate: string): boolean => {
    const traceId = findTraceId(candidate);
    if (traceId === undefined) return false;
    leave();
    void navigate({ to: '/trace/$traceId', params: { traceId }, search: {} });
    return true;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '' || go(text)) return;
    setOpen(true);
    setEntered(true);
  };
  const paste = (event: ClipboardEvent): void => {
    if (go(event.clipboardData.getData('text'))) event.preventDefault();
  };
  return (
    <form className={styles.traceId} role="search" onSubmit={submit}>
      <Search size={14} aria-hidden="true" />
      <input
        ref={input}
        className={field.input}
        type="search"
        aria-label={words.goToTrace}
        placeholder={words.goToTraceHint}
        title={`${words.goToTraceHint} (Ctrl-K)`}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => type(event.target.value)}
        onBlur={() => setOpen(false)}
        onPaste={paste}
      />
      {open && findTraceId(text) === undefined && (
        <Suspense fallback={null}>
          <LazySuggestServices input={input} text={text} entered={entered} onLeave={leave} />
        </Suspense>
      )}
    </form>
  );
}

/** Ctrl-K and ⌘K, as in many tools. */
function useGoKey(input: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [input]);
}
