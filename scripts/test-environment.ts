/** The tests' own surroundings: nothing of the developer's home, keychain, proxy or TLS settings reaches them. */
export function testEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(REKEY_.*|https?_proxy|all_proxy|no_proxy|NODE_TLS_REJECT_UNAUTHORIZED|SSLKEYLOGFILE)$/i.test(name),
  )
  const env = Object.fromEntries(kept)
  return process.platform === 'linux' ? { ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/rekey-tests' } : env
}
