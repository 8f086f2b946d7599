import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalogTexts } from '../../src-main/vendors/catalog.ts'
import { listTree, readSources } from '../architecture/source-file.ts'
import { noVendorId, violationsOf } from '../architecture/source-rules.ts'

/**
 * Vendors declare, the code reads properties. Only the sandbox and the demo, which play
 * particular vendors, name any, and the readers of the files that particular vendors' own tools keep.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const isPlayer = (path: string): boolean =>
  /^src-main\/sandbox\/|\/demo[./-]|\/demo\//.test(path) || path === 'src-main/formats/tools.ts'

describe('the code of vendors and hosts', () => {
  it('names no vendor', () => {
    const paths = listTree(root, 'src-main').files.filter((path) => path.endsWith('.ts') && !isPlayer(path))
    const sources = readSources(root, paths)
    expect(sources.filter(({ path }) => path.startsWith('src-main/vendors/')).length).toBeGreaterThan(20)
    expect(violationsOf(sources, [noVendorId([...catalogTexts.keys()])])).toEqual([])
  })
})
