/** Names that drivers, pools and libraries for locks give to spans that wait. */
const connectionWait =
  /\bpool[.\s_-]?(?:connect|checkout|wait|get|acquire)|(?:get|acquire)[.\s_-]?connection|connection[.\s_-]?acquire/i;
const lockWait =
  /(?:acquire|wait|get|take)\w*[.\s_-]?(?:for[.\s_-]?)?(?:\w+[.\s_-])?(?:lock|mutex|semaphore)\b|\b(?:lock|mutex|semaphore)[.\s_-]?(?:acquire|wait)/i;

/** True for the span in which somebody waits until it has a connection to a database. */
export function isConnectionWait(name: string): boolean {
  return connectionWait.test(name);
}

/** True for the span in which somebody waits until it has a lock. */
export function isLockWait(name: string): boolean {
  return lockWait.test(name);
}
