import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { edited, editsOf, mutations, testOf } from './all.ts'
import { readRows } from './rows.ts'

/** `npm run mutate` takes minutes. That it has something to take away for every row, and that it is still there, is seen here. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const rows = readRows(root)
const rowOf = (n: string) => rows.find(({ row }) => row === n)

describe('the mitigations that are taken away', () => {
  it('are of every row of the security model, and of no other', () => {
    expect(rows.length).toBeGreaterThan(60)
    const taken = new Set(mutations.map(({ row }) => row))
    expect(rows.map(({ row }) => row).filter((row) => !taken.has(row))).toEqual([])
    expect([...taken].filter((row) => rowOf(row) === undefined)).toEqual([])
  })

  it('are for every row shown by the test that the row names', () => {
    const shown = mutations.filter((each) => each.by === undefined).map(({ row }) => row)
    expect(rows.map(({ row }) => row).filter((row) => !shown.includes(row))).toEqual([])
  })

  it.each(mutations)('$row, $what: stands once where it is looked for, and its test is there', (mutation) => {
    const row = rowOf(mutation.row)
    if (!row) throw new Error(`no row ${mutation.row}`)
    let source: string | null = null
    for (const edit of editsOf(mutation, row)) {
      source = edited(read(edit.file), edit)
      expect(source, `${edit.file}: ${edit.text}`).not.toBeNull()
      expect(source).not.toBe(read(edit.file))
    }
    expect(read(testOf(mutation, row).test)).not.toBe('')
  })

  it('are told when they are gone, or there twice', () => {
    const edit = { file: 'a', text: 'if (a)', becomes: '' }
    expect(edited('x if (a) y', edit)).toBe('x  y')
    expect(edited('x if (b) y', edit)).toBeNull()
    expect(edited('if (a) if (a)', edit)).toBeNull()
  })
})
