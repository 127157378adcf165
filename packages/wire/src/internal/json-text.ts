const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A string as JSON. Lone surrogates become U+FFFD, as they do in UTF-8: `JSON.stringify` would escape them, and strict
 * readers (Rust's, Java's) refuse the whole body for such an escape.
 */
export function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(wellFormed(text));
}

/** The same text with each lone surrogate replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(loneSurrogates, '\ufffd');
}
