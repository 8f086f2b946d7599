import { readdirSync, readFileSync } from 'node:fs'

/** What /proc tells of the processes of one world: all of them carry the world's own temp folder in their environment. */
export type Seen = { readonly pid: number; readonly command: string; readonly environment: string }

const read = (pid: number, what: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1')
  } catch {
    // it ended while we looked
    return ''
  }
}

export function processesOf(tempFolder: string): readonly Seen[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const pid = Number(name)
    const environment = read(pid, 'environ')
    if (!environment.split('\0').includes(`TMPDIR=${tempFolder}`)) return []
    return [{ pid, environment, command: read(pid, 'cmdline').replaceAll('\0', ' ') }]
  })
}
