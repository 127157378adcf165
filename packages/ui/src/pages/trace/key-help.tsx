import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import button from '../../components/button.module.css';
import { useSpeech } from '../../words/language.tsx';
import type { Words } from '../../words/en.ts';
import styles from './key-help.module.css';

interface KeyHelpProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** All keys in a dialog. */
export function KeyHelp({ open, onClose }: KeyHelpProps): ReactNode {
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
        {keyRows(words).map(([keys, meaning]) => (
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

function keyRows(words: Words): readonly (readonly [keys: string, meaning: string])[] {
  return [
    ['j k ↓ ↑', words.keyRows],
    ['← →', words.keyFold],
    ['Enter', words.keyPanel],
    ['/', words.keySearch],
    ['n N', words.keyMatches],
    ['e', words.keyError],
    ['c', words.keyCritical],
    ['f', words.keyFocus],
    ['+ − 0', words.keyZoom],
    ['w a s d', words.keyPan],
    ['Ctrl-K ⌘K', words.keyGo],
    ['?', words.keyHelpKey],
    ['Esc', words.keyBack],
  ];
}
