import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import button from './button.module.css';
import styles from './drop-down.module.css';

interface DropDownProps {
  /** Names the button and what it opens. */
  readonly label: string;
  readonly title?: string | undefined;
  readonly icon: ReactNode;
  /** Whether something in it is chosen. */
  readonly pressed?: boolean;
  /** Hides the label where there is little room. */
  readonly labelClass?: string | undefined;
  /** Drawn only while it is open. */
  readonly children: ReactNode;
}

/** A button that opens a few controls under it. Escape and a press elsewhere close them. */
export function DropDown({ label, title, icon, pressed = false, labelClass, children }: DropDownProps): ReactNode {
  const opener = useRef<HTMLButtonElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const [button, box] = [opener.current, dialog.current];
    if (!open || button === null || box === null) return undefined;
    box.showModal();
    // Its content may come later, and the window may turn.
    const observer = new ResizeObserver(() => placeUnder(button, box));
    observer.observe(box);
    return () => observer.disconnect();
  }, [open]);
  return (
    <>
      <button
        ref={opener}
        type="button"
        className={button.text}
        aria-haspopup="dialog"
        aria-label={label}
        title={title ?? label}
        data-chosen={pressed || undefined}
        onClick={() => setOpen(true)}
      >
        {icon}
        <span className={labelClass}>{label}</span>
      </button>
      <dialog
        ref={dialog}
        className={styles.dialog}
        aria-label={label}
        onClose={() => setOpen(false)}
        onClick={(event) => event.target === dialog.current && dialog.current.close()}
      >
        {open && <div className={styles.content}>{children}</div>}
      </dialog>
    </>
  );
}

const margin = 8;

function placeUnder(opener: HTMLElement, dialog: HTMLElement): void {
  const { left, bottom } = opener.getBoundingClientRect();
  dialog.style.left = `${Math.max(margin, Math.min(left, innerWidth - dialog.offsetWidth - margin))}px`;
  dialog.style.top = `${Math.max(margin, Math.min(bottom + 4, innerHeight - dialog.offsetHeight - margin))}px`;
}
