// Preloaded into the program a launcher runs. A launcher that is killed outright (kill -9) cannot pass anything
// on; its end of this channel then closes, and the program stops as if told to, instead of running on unseen.

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The channel alone must not keep a program alive that has nothing left to do.
process.channel?.unref()
