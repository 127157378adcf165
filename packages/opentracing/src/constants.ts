// The values are those of npm opentracing 0.14.7: tracers compare with them.

/**
 * Carrier: an object whose `buffer` field holds the bytes, such as `BinaryCarrier`. `inject` sets the field (an array,
 * a typed array or an ArrayBuffer), `extract` reads it.
 */
export const FORMAT_BINARY = 'binary';

/** Carrier: an object of strings without restriction on keys and values. It may hold other entries. */
export const FORMAT_TEXT_MAP = 'text_map';

/**
 * Carrier: an object of strings whose keys and values are fit for HTTP headers. It may hold other entries;
 * case of keys is not kept.
 */
export const FORMAT_HTTP_HEADERS = 'http_headers';

/** The older span waits for the new one, or depends on it in some other way. */
export const REFERENCE_CHILD_OF = 'child_of';

/** The older span caused the new one but does not depend on it. */
export const REFERENCE_FOLLOWS_FROM = 'follows_from';
