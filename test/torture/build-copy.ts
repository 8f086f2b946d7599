import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built command line as it is now: a long run tortures one build, whatever is built beside it meanwhile. */
export type Build = { readonly cli: string; readonly close: () => void }

const root = join(import.meta.dirname, '../..')

export function copyBuild(dist: string = join(root, 'dist')): Build {
  if (!existsSync(join(dist, 'cli.js'))) throw new Error(`${dist} is not built: npm run build`)
  const folder = mkdtempSync(join(tmpdir(), 'rekey-torture-build-'))
  cpSync(dist, join(folder, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return { cli: join(folder, 'dist/cli.js'), close: () => rmSync(folder, { recursive: true, force: true }) }
}
