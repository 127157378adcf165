/** A name in two parts: the first may be shortened at its end, the second always stands. */
export interface MiddleCut {
  readonly head: string;
  readonly tail: string;
}

/**
 * Cuts a name so that it can be shortened in the middle: the end of a path or of a class tells as much as its start.
 * Short names have no tail. Surrogate pairs and combining marks stay whole.
 */
export function middleCut(name: string, tailLength = 12): MiddleCut {
  if (name.length <= tailLength * 2) return { head: name, tail: '' };
  let at = name.length - tailLength;
  while (at > 0 && /[\p{M}\u{DC00}-\u{DFFF}\u200d]/u.test(name[at] ?? '')) at--;
  return { head: name.slice(0, at), tail: name.slice(at) };
}
