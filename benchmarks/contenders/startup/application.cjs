// An application that does nothing but say how long it took until it was its turn, and how much CPU time of all threads.
const sinceStart = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ untilMainMillis: sinceStart, cpuMillis: (user + system) / 1000 }));
