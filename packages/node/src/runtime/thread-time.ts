/** Node 23.9 and later tell of one thread. */
type ThreadUsage = { threadCpuUsage?: () => NodeJS.CpuUsage };

/**
 * Milliseconds of processor time that this thread has used; the whole process, where Node cannot tell of one thread. Only differences
 * mean something.
 */
export function processorMillis(): number {
  const { user, system } = (process as ThreadUsage).threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
