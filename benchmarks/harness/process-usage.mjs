import { readFileSync } from 'node:fs';

/** Of Linux's clock for processes. */
const ticksPerSecond = 100;

/** `{ cpuSeconds, rssMegabytes }` of a process with all its threads; undefined where there is no /proc. */
export function processUsage(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rssKilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      rssMegabytes: rssKilobytes / 1000,
    };
  } catch {
    return undefined;
  }
}
