import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type ParsedNode } from 'yaml'
import type { z } from 'zod'
import { escapeText } from '../../src-contract/escape.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { hasControl } from './characters.ts'
import { vendorFileSchema, type VendorFile } from './define-vendor.ts'
import { fileIssues } from './file-rules.ts'
import { pathText, type FileIssue } from './file-issue.ts'
import { schemaIssues } from './schema-issues.ts'
import { guardYaml } from './yaml-guard.ts'

/**
 * Text in, a vendor file out, or every reason why not with its line. YAML 1.2 core schema; the text is hostile until it has passed.
 */
export type PlacedIssue = { readonly line: number | null; readonly path: string; readonly message: string }

export type ReadFile =
  | { readonly file: VendorFile; readonly issues: readonly [] }
  | { readonly file: null; readonly issues: readonly PlacedIssue[] }

const wrong = (issues: readonly PlacedIssue[]): ReadFile => ({ file: null, issues })
const atLine = (line: number | null, message: string): ReadFile => wrong([{ line, path: '', message }])

/** Everything wrong with a vendor file's text, or the file. Never throws. */
export function readVendorFile(text: string): ReadFile {
  const guarded = guardYaml(text)
  if (guarded !== null) return atLine(guarded.line, guarded.message)
  const lines = new LineCounter()
  let document: Document.Parsed<ParsedNode>
  let value: unknown
  try {
    document = parseDocument(text, {
      schema: 'core',
      version: '1.2',
      merge: false,
      uniqueKeys: true,
      strict: true,
      stringKeys: true,
      prettyErrors: false,
      lineCounter: lines,
    })
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem) return atLine(lines.linePos(problem.pos[0]).line, firstLine(problem.message))
    const control = textIssue(document)
    if (control !== null) return atLine(lines.linePos(control.offset).line, control.message)
    value = document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    if (error instanceof RangeError) return atLine(null, 'nests too deeply')
    return atLine(null, 'is not YAML that can be read')
  }
  if (typeof value !== 'object' || value === null) return atLine(1, 'is not a vendor file: it has no fields')
  const parsed: z.ZodSafeParseResult<VendorFile> = vendorFileSchema.safeParse(value)
  const issues = parsed.success ? fileIssues(parsed.data) : schemaIssues(parsed.error.issues)
  if (parsed.success && issues.length === 0) return { file: parsed.data, issues: [] }
  return wrong(issues.map((issue) => place(issue, document, lines)))
}

/** A vendor file, or bad-vendor-file with the first reason: line, path, message. `name` is how the file is called in it. */
export function parseVendorFile(text: string, name = 'vendor file'): Result<VendorFile> {
  const read = readVendorFile(text)
  if (read.file !== null) return ok(read.file)
  const [issue] = read.issues
  return err(
    fail('bad-vendor-file', { file: escapeText(name), what: issue ? issueText(issue) : 'is not a vendor file' }),
  )
}

/** One line: where and what. */
export function issueText(issue: PlacedIssue): string {
  const where = [issue.line === null ? null : `line ${issue.line}`, issue.path === '' ? null : issue.path]
  const prefix = where.filter((part) => part !== null).join(', ')
  return escapeText(prefix === '' ? issue.message : `${prefix}: ${issue.message}`)
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 200) ?? ''

const dangerousKeys = ['__proto__', 'constructor', 'prototype', '<<']

/** Keys and texts that no field may hold, whatever its schema says. A recorded reply's body may hold anything. */
function textIssue(
  document: Document.Parsed<ParsedNode>,
): { readonly offset: number; readonly message: string } | null {
  let found: { offset: number; message: string } | null = null
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return visit.BREAK
      const offset = pair.key.range?.[0] ?? 0
      const key = String(pair.key.value)
      if (dangerousKeys.includes(key)) found = { offset, message: `a field may not be called ${key}` }
      else if (hasControl(key)) found = { offset, message: 'a field name has a control character' }
      if (found !== null) return visit.BREAK
      return isScalar(pair.value) && key === 'body' && typeof pair.value.value === 'string' ? visit.SKIP : undefined
    },
    Scalar(_, node) {
      if (typeof node.value !== 'string' || !hasControl(node.value)) return undefined
      found = { offset: node.range?.[0] ?? 0, message: 'a text has a control character or line break; fold it with >-' }
      return visit.BREAK
    },
  })
  return found
}

function place(issue: FileIssue, document: Document.Parsed<ParsedNode>, lines: LineCounter): PlacedIssue {
  for (let depth = issue.path.length; depth >= 0; depth -= 1) {
    const path = issue.path.slice(0, depth)
    const node = depth === 0 ? document.contents : document.getIn(path, true)
    const offset = keyOffset(document, path) ?? (isMap(node) || isScalar(node) ? node.range?.[0] : undefined)
    if (offset !== undefined && offset !== null)
      return { line: lines.linePos(offset).line, path: pathText(issue.path), message: issue.message }
  }
  return { line: null, path: pathText(issue.path), message: issue.message }
}

/** Where the field's own name stands, which is the line a person looks for. */
function keyOffset(document: Document.Parsed<ParsedNode>, path: readonly (string | number)[]): number | undefined {
  const name = path.at(-1)
  if (typeof name !== 'string') return undefined
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === name)
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined
}
