import type { ReactNode } from 'react';
import { KeyHelp } from '../../components/key-help.tsx';
import type { KeyRow } from '../../components/key-help.tsx';
import { traceKeyWords } from '../../words/en/trace-keys.ts';
import { useSection, useSpeech } from '../../words/language.tsx';

/** The keys of `use-trace-keys.ts`, for people. */
export function TraceKeyHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { words } = useSpeech();
  const own = useSection('traceKeys', traceKeyWords);
  const rows: readonly KeyRow[] = [
    ['j k ↓ ↑', own.rows],
    ['← →', own.fold],
    ['1 … 9', own.levels],
    ['v', own.foldService],
    ['x X', own.alike],
    ['u', own.unfoldAll],
    ['Enter', own.panel],
    ['/', own.search],
    ['n N', own.matches],
    ['e', own.error],
    ['] [', own.evidence],
    ['c', own.critical],
    ['f', own.focus],
    ['+ − 0', own.zoom],
    ['w a s d', own.pan],
    ['t', own.table],
    ['C', own.clocks],
    ['Ctrl-K ⌘K', words.keyGo],
    ['?', words.keyHelpKey],
    ['Esc', own.back],
  ];
  return <KeyHelp rows={rows} open onClose={onClose} />;
}
