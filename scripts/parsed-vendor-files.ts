import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Plugin } from 'vite'
import { parseVendorFile } from '../src-main/vendors/parse-vendor-file.ts'

const QUERY = '?parsed'

/** Lets `import file from './x.yaml?parsed'` give the vendor file as parsed and checked here: a bad one breaks the build, and no start pays for it. */
export function parsedVendorFiles(): Plugin {
  return {
    name: 'parsed-vendor-files',
    load(id) {
      if (!id.endsWith(`.yaml${QUERY}`)) return null
      const path = id.slice(0, -QUERY.length)
      this.addWatchFile(path)
      const parsed = parseVendorFile(readFileSync(path, 'utf8'), basename(path))
      if (!parsed.ok) throw new Error(`${path}: ${parsed.failure.fields['what'] ?? parsed.failure.code}`)
      return `export default ${JSON.stringify(parsed.value)}`
    },
  }
}
