import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import button from './button.module.css';
import styles from './key-help.module.css';

/** Keys, separated by spaces, and what they do. */
export type KeyRow = readonly [keys: string, meaning: string];

interface KeyHelpProps {
  readonly rows: readonly KeyRow[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** All keys of a view in a dialog. */
export function KeyHelp({ rows, open, onClose }: KeyHelpProps): ReactNode {
  const { words } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="key-help-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <header>
        <h2 id="key-help-title">{words.keyHelp}</h2>
        <button type="button" className={button.icon} aria-label={words.close} onClick={onClose}>
          <X size={16} />
        </button>
      </header>
      <dl>
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
