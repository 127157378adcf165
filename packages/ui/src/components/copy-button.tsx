import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import styles from './button.module.css';

/** Copies `text`; says so for a moment. `label` names what is copied. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string | undefined }): ReactNode {
  const { words } = useSpeech();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const name = copied ? words.copied : (label ?? words.copy);
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={name}
      title={name}
      onClick={() => void copy(text, setCopied)}
    >
      {copied ? <Check size={14} /> : <Copy size={14} />}
    </button>
  );
}

async function copy(text: string, done: (copied: boolean) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    done(true);
  } catch {
    // Not allowed here (the page is not on a secure origin): the text can still be selected by hand.
    done(false);
  }
}
