// Preloaded into every child of the shop: when the main process is gone, however it went, so is the child.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
