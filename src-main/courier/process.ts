/**
 * While a courier lives, a reply may be in its hands: nothing but the end of its work (or kill -9) ends it. No hangup, no
 * Ctrl-C, no closed pipe, no bug. A reply that cannot be written over a file-size limit (XFSZ) is held and tried again.
 */
export function keepAlive(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGXFSZ'] as const) {
    if (process.platform !== 'win32' || signal !== 'SIGXFSZ') process.on(signal, () => {})
  }
  process.on('uncaughtException', () => {})
  process.on('unhandledRejection', () => {})
  process.umask(0o077)
}
