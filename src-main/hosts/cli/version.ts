import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The version in the package.json above this file, wherever the build has put it. */
export function version(folder: string = import.meta.dirname): string {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const found = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as { name?: unknown; version?: unknown }
      if (found.name === 'rekey' && typeof found.version === 'string') return found.version
    } catch {
      // not in this folder
    }
    if (dirname(at) === at) return 'unknown'
  }
}
