import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { closureOf, directionViolations, packagesOf } from './architecture/direction.ts'
import { listTree, readSources } from './architecture/source-file.ts'
import { noBannedSyntax, noDefaultExport, noVendorId, sourceRules, violationsOf } from './architecture/source-rules.ts'
import { emptyFolders, nameViolations, sizeViolations } from './architecture/tree-rules.ts'

/** The rules of docs/architecture.md, over every source file. test/architecture/*.test.ts shows that each can fail. */

const root = fileURLToPath(new URL('..', import.meta.url))
const tree = ['src-contract', 'src-main', 'src-renderer', 'test', 'scripts', 'bench', 'docs']
  .map((folder) => listTree(root, folder))
  .reduce((all, { files, folders }) => ({
    files: [...all.files, ...files],
    folders: [...all.folders, ...folders],
  }))

const isSource = (path: string): boolean => /^src-[a-z]+\//.test(path) && /\.[cm]?tsx?$/.test(path)
const sources = readSources(root, tree.files.filter(isSource))
const others = readSources(
  root,
  tree.files.filter((path) => path.endsWith('.ts') && !isSource(path) && !path.startsWith('test/fixtures/')),
)

const vendorIds = readdirSync(join(root, 'src-main/vendors/catalog')).map((file) => basename(file, '.yaml'))
/** The code that runs every vendor. The sandbox and the demo play particular vendors; vendor files are their own. */
const engine = sources.filter(({ path }) => /^src-(contract|main\/(core|app|adapters|courier))\//.test(path))

describe('the architecture', () => {
  it('was checked on the whole tree, not on a part that happened to be found', () => {
    expect(sources.length).toBeGreaterThan(80)
    expect(others.length).toBeGreaterThan(40)
    expect(engine.length).toBeGreaterThan(50)
    expect(vendorIds).toEqual(
      expect.arrayContaining(['conjur', 'hienergy', 'projectdiscovery', 'scrapebit', 'userplane']),
    )
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length)
  })

  it('points one way', () => {
    expect(directionViolations(sources)).toEqual([])
  })

  it('gives the courier nothing but Node, so that nothing else can end it or slow its start', () => {
    const closure = closureOf('src-main/courier/main.ts', sources)
    expect(closure.length).toBeGreaterThan(8)
    expect(packagesOf(closure)).toEqual([])
  })

  it('keeps every source to the house rules', () => {
    expect(violationsOf(sources, sourceRules)).toEqual([])
  })

  it('keeps tests and scripts free of default exports and any', () => {
    const withoutNonNull = (file: (typeof others)[number]) =>
      noBannedSyntax(file).filter((what) => what !== 'uses a non-null assertion')
    expect(violationsOf(others, [noDefaultExport, withoutNonNull])).toEqual([])
  })

  it('never branches on a vendor id', () => {
    expect(violationsOf(engine, [noVendorId(vendorIds)])).toEqual([])
  })

  it('has small files', () => {
    expect(sizeViolations([...sources, ...others])).toEqual([])
  })

  it('names files and folders for what is inside', () => {
    const named = [...tree.files, ...tree.folders].filter((path) => !/^(docs|test\/fixtures)\//.test(path))
    expect(nameViolations(named)).toEqual([])
  })

  it('has no empty folder', () => {
    expect(emptyFolders(tree.files, tree.folders)).toEqual([])
  })
})
