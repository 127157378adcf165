import { useMemo } from 'react';
import { formatMicros } from '../../model/durations.ts';
import type { RateUnit } from '../../model/rate-unit.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';

/** How rates, shares and changes are written in the chosen language. */
export interface MeasureFormat {
  /** A rate by the second, told by `unit`. */
  readonly rate: (perSecond: number, unit: RateUnit) => string;
  readonly share: (share: number) => string;
  /** A duration; a dash where none is known. */
  readonly duration: (micros: number | null) => string;
  /** How many times as much: `+12%`, `−40%`, `×3.1`. */
  readonly factor: (factor: number) => string;
  /** A difference of shares in percentage points: `+1.2 pt`. */
  readonly points: (difference: number) => string;
}

/** Made once for a language: `Intl` objects are dear. */
export function useMeasures(): MeasureFormat {
  const { language, percent } = useSpeech();
  const own = useSection('services', servicesWords);
  return useMemo(() => {
    const three = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
    const two = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
    const signed = new Intl.NumberFormat(language, {
      style: 'percent',
      maximumFractionDigits: 0,
      signDisplay: 'exceptZero',
    });
    const points = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });
    return {
      rate: (perSecond, unit) =>
        unit === 'second' ? own.perSecond(three.format(perSecond)) : own.perMinute(three.format(perSecond * 60)),
      share: percent,
      duration: (micros) => (micros === null ? '–' : formatMicros(micros)),
      factor: (factor) => (factor >= 2 ? `×${two.format(factor)}` : signed.format(factor - 1)),
      points: (difference) => own.points(points.format(difference * 100)),
    };
  }, [language, percent, own]);
}
