import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSync } from 'vite'

/** One place in a source file that names another module, whatever the syntax. */
export type Import = {
  readonly specifier: string
  readonly how: 'static' | 'type' | 'dynamic' | 'glob' | 'require' | 'computed'
}

export type Node = { readonly type: string; readonly [key: string]: unknown }

export type SourceFile = {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: number
  /** Every syntax node, parents before children. */
  readonly nodes: readonly Node[]
  readonly imports: readonly Import[]
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

function collect(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into)
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (isNode(value)) into.push(value)
  for (const child of Object.values(value)) collect(child, into)
}

/** The text of a string literal or of a template without holes; null for anything else. */
export function literalText(value: unknown): string | null {
  if (!isNode(value)) return null
  if (value.type === 'Literal') return typeof value.value === 'string' ? value.value : null
  if (value.type !== 'TemplateLiteral') return null
  const quasis = value.quasis as readonly { value: { cooked: string } }[]
  return quasis.length === 1 ? (quasis[0]?.value.cooked ?? null) : null
}

/** `a.b.c` as text, for chains of plain names and `import.meta`; null for anything else. */
export function dottedName(value: unknown): string | null {
  if (!isNode(value)) return null
  if (value.type === 'Identifier') return String(value.name)
  if (value.type === 'MetaProperty') return 'import.meta'
  if (value.type !== 'MemberExpression') return null
  const object = dottedName(value.object)
  const property = value.computed === true ? literalText(value.property) : dottedName(value.property)
  return object === null || property === null ? null : `${object}.${property}`
}

const isTypeOnly = (declaration: Node, kind: 'importKind' | 'exportKind'): boolean => {
  if (declaration[kind] === 'type') return true
  const specifiers = (declaration.specifiers ?? []) as readonly Node[]
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[kind] === 'type')
}

function importsOf(node: Node): readonly Import[] {
  const from = (source: unknown, how: Import['how']): Import => {
    const specifier = literalText(source)
    return specifier === null ? { specifier: '(computed)', how: 'computed' } : { specifier, how }
  }
  switch (node.type) {
    case 'ImportDeclaration':
      return [from(node.source, isTypeOnly(node, 'importKind') ? 'type' : 'static')]
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node.source) ? [from(node.source, isTypeOnly(node, 'exportKind') ? 'type' : 'static')] : []
    case 'ImportExpression':
      return [from(node.source, 'dynamic')]
    case 'TSImportType':
      return [from(node.source ?? node.argument, 'type')]
    case 'TSExternalModuleReference':
      return [from(node.expression, 'require')]
    case 'CallExpression': {
      const callee = dottedName(node.callee)
      const [first] = node.arguments as readonly Node[]
      if (callee === 'require' || callee === 'require.resolve' || callee === 'import.meta.resolve') {
        return [from(first, 'require')]
      }
      if (callee === 'process.getBuiltinModule') return [from(first, 'dynamic')]
      if (callee !== 'import.meta.glob') return []
      const patterns = first?.type === 'ArrayExpression' ? (first.elements as readonly Node[]) : [first]
      return patterns.map((pattern) => from(pattern, 'glob'))
    }
    default:
      return []
  }
}

/** Parses one file; throws if it is not TypeScript, so that nothing is checked by being unreadable. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const nodes: Node[] = []
  collect(program, nodes)
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { path, text, lines, nodes, imports: nodes.flatMap(importsOf) }
}

const ignored = new Set(['node_modules', 'dist', '.git', 'coverage', 'test-results'])

/** Every file and folder below, from the root, with forward slashes. */
export function listTree(root: string, below: string): { readonly files: string[]; readonly folders: string[] } {
  const files: string[] = []
  const folders: string[] = []
  for (const entry of readdirSync(join(root, below), { withFileTypes: true, recursive: true })) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (path.split('/').some((part) => ignored.has(part))) continue
    if (entry.isDirectory()) folders.push(path)
    else files.push(path)
  }
  return { files: files.sort(), folders: folders.sort() }
}

export const readSources = (root: string, paths: readonly string[]): SourceFile[] =>
  paths.map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
