import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export type PathWorld = {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userHome: string
}

/**
 * Where the data folder is: REKEY_HOME, or the platform's place for data that stays on the machine. On Windows that is
 * the local, not the roaming, folder: a ledger that follows its user to another machine rotates keys twice. An empty
 * variable counts as unset.
 */
export function homePath(
  world: PathWorld = { platform: process.platform, env: process.env, userHome: homedir() },
): string {
  const { env, userHome } = world
  if (env['REKEY_HOME']) return resolve(env['REKEY_HOME'])
  if (world.platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'rekey')
  if (world.platform === 'win32') return join(env['LOCALAPPDATA'] || join(userHome, 'AppData', 'Local'), 'rekey')
  const data = env['XDG_DATA_HOME']
  return join(data?.startsWith('/') ? data : join(userHome, '.local', 'share'), 'rekey')
}
