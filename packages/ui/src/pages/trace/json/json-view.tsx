import { Download, FileCode } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { toTraceColumns } from '@spanwise/wire/query';
import { fetchTraceFileTemplate } from '../../../api/client.ts';
import button from '../../../components/button.module.css';
import { CopyButton } from '../../../components/copy-button.tsx';
import { useInFile } from '../../../components/in-file.ts';
import { traceFile } from '../../../model/trace-file.ts';
import { traceFileName, traceJson } from '../../../model/trace-json.ts';
import type { TraceModel } from '../../../model/trace-model.ts';
import { jsonFormats } from '../../../model/trace-tab.ts';
import { largeTraceWords } from '../../../words/en/large-trace.ts';
import { jsonWords } from '../../../words/en/json.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TabProps } from '../lazy-parts.tsx';
import styles from './json-view.module.css';
import { saveBlob } from './save-blob.ts';

/** More spans are not shown as text, only saved. */
const mostShown = 1000;

/** The trace as JSON in each format, to read, copy and save; and the trace with the page as one file. */
export function JsonView({ trace }: Pick<TabProps, 'trace'>): ReactNode {
  const { count } = useSpeech();
  const own = useSection('largeTrace', largeTraceWords);
  const { details, count: all } = trace.model;
  // The line above the tabs has them read.
  if (details !== undefined) return <p className={styles.cut}>{own.jsonLater(count(details.loaded), count(all))}</p>;
  return <WholeJson trace={trace} />;
}

function WholeJson({ trace }: Pick<TabProps, 'trace'>): ReactNode {
  const { count } = useSpeech();
  const own = useSection('json', jsonWords);
  const { model, view, update } = trace;
  // As they were sent, whatever was made of their clocks.
  const spans = model.sent;
  const { format } = view;
  const text = useMemo(() => {
    const bytes = traceJson(model.traceId, spans.slice(0, mostShown), format);
    return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), undefined, 2);
  }, [model, spans, format]);
  const save = (): void => {
    const blob = new Blob([traceJson(model.traceId, spans, format)], { type: 'application/json' });
    saveBlob(blob, traceFileName(model.traceId, format));
  };
  return (
    <div className={styles.view}>
      <div className={styles.line}>
        <div className={styles.formats} role="group" aria-label={own.format}>
          {jsonFormats.map((one) => (
            <button
              key={one}
              type="button"
              className={button.text}
              aria-pressed={one === format}
              title={own.formatHelp(one)}
              onClick={() => update((held) => ({ ...held, format: one }))}
            >
              {own.formatName(one)}
            </button>
          ))}
        </div>
        <span className={styles.help}>{own.formatHelp(format)}</span>
        {spans.length <= mostShown && <CopyButton text={text} />}
        <button type="button" className={button.text} onClick={save}>
          <Download size={14} aria-hidden="true" />
          {own.download}
        </button>
        <SaveFile model={model} />
      </div>
      {spans.length > mostShown && <p className={styles.cut}>{own.jsonCut(count(mostShown))}</p>}
      <pre className={styles.text} tabIndex={0} role="group" aria-label={own.formatName(format)}>
        {text}
      </pre>
    </div>
  );
}

function SaveFile({ model }: { readonly model: TraceModel }): ReactNode {
  const { words } = useSpeech();
  const own = useSection('json', jsonWords);
  const [failed, setFailed] = useState(false);
  // A saved file cannot ask for the template.
  if (useInFile()) return null;
  const save = async (): Promise<void> => {
    const { traceId, sent, mainRoot } = model;
    const root = sent[mainRoot];
    try {
      const template = await fetchTraceFileTemplate(AbortSignal.timeout(30_000));
      const title = `${root?.resource.serviceName ?? ''} ${root?.name ?? ''} · ${words.brand}`;
      const html = traceFile(template, toTraceColumns(traceId, sent), title);
      saveBlob(new Blob([html], { type: 'text/html' }), traceFileName(traceId, 'html'));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <button type="button" className={button.text} title={own.saveFileHelp} onClick={() => void save()}>
        <FileCode size={14} aria-hidden="true" />
        {own.saveFile}
      </button>
      {failed && (
        <p className={styles.failed} role="alert">
          {own.saveFailed}
        </p>
      )}
    </>
  );
}
