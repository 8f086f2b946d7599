import { dottedName, literalText, type Node, type SourceFile } from './source-file.ts'

/** Rules on what one source file may say. Each takes a parsed file and returns what is wrong, by name. */
export type SourceRule = (file: SourceFile) => readonly string[]

const exportsDefault = ({ type, exported }: Node): boolean =>
  type === 'ExportDefaultDeclaration' ||
  (type === 'ExportSpecifier' && (dottedName(exported) === 'default' || literalText(exported) === 'default'))

export const noDefaultExport: SourceRule = ({ nodes }) => (nodes.some(exportsDefault) ? ['has a default export'] : [])

const banned: Readonly<Record<string, string>> = {
  TSAnyKeyword: 'uses any',
  TSEnumDeclaration: 'uses an enum',
  TSNonNullExpression: 'uses a non-null assertion',
  TSParameterProperty: 'uses a parameter property',
}
export const noBannedSyntax: SourceRule = ({ nodes }) => nodes.flatMap(({ type }) => banned[type] ?? [])

export const noConsole: SourceRule = ({ nodes }) =>
  nodes.some((node) => dottedName(node)?.startsWith('console.') === true) ? ['uses console'] : []

/** A barrel: nothing but re-exports. */
export const noBarrel: SourceRule = ({ nodes }) => {
  const body = (nodes[0]?.body ?? []) as readonly Node[]
  const isReExport = ({ type, source }: Node): boolean =>
    type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && source !== null && source !== undefined)
  return body.length > 0 && body.every(isReExport) ? ['is a barrel'] : []
}

/** Names that no source may mention outside a comment: one can take the process down, the other is not ours to obey. */
const forbiddenNames = ['findCredentials', 'NODE_TLS_REJECT_UNAUTHORIZED']
/** The doctor says aloud that the second is set and ignored; this is where it learns the name. */
const mayName = (path: string, name: string): boolean =>
  path === 'src-main/hosts/create-app.ts' && name === 'NODE_TLS_REJECT_UNAUTHORIZED'
export const noForbiddenName: SourceRule = ({ path, nodes }) =>
  forbiddenNames.flatMap((name) =>
    !mayName(path, name) &&
    nodes.some((node) => (node.type === 'Identifier' && node.name === name) || literalText(node) === name)
      ? [`mentions ${name}`]
      : [],
  )

/** One file says whom we believe, for pins and authorities alike; nobody else has a word in it, and nobody says false. */
const trustOwner = 'src-main/adapters/http/trust.ts'
export const noLooseTls: SourceRule = ({ path, nodes }) =>
  nodes.flatMap(({ type, key, value }) => {
    if (type !== 'Property' || (dottedName(key) ?? literalText(key)) !== 'rejectUnauthorized') return []
    const given = (value as { value?: unknown }).value
    return given === true || (path === trustOwner && given !== false) ? [] : ['sets rejectUnauthorized by itself']
  })

/** What both OpenSSL and BoringSSL have, and nothing homemade. Values: the algorithms that may be named first. */
const cryptoNames: Readonly<Record<string, readonly string[] | null>> = {
  createCipheriv: ['aes-256-gcm'],
  createDecipheriv: ['aes-256-gcm'],
  createHash: ['sha256', 'sha512'],
  createHmac: ['sha256'],
  createSecretKey: null,
  hkdf: ['sha256'],
  hkdfSync: ['sha256'],
  randomBytes: null,
  randomInt: null,
  randomUUID: null,
  timingSafeEqual: null,
  X509Certificate: null,
}

/**
 * What files of other programs are sealed with; nothing of Rekey's own is. BoringSSL has all but the two of
 * ChaCha20, and the files that ask for one have another way.
 */
const foreignCrypto: typeof cryptoNames = {
  createCipheriv: ['aes-256-cbc', 'chacha20', 'chacha20-poly1305'],
  createDecipheriv: ['aes-256-cbc', 'chacha20-poly1305'],
  pbkdf2: null,
}
const allowedIn = (path: string): typeof cryptoNames =>
  path.startsWith('src-main/formats/') ? { ...cryptoNames, ...foreignCrypto } : cryptoNames

/** `const algorithm = 'aes-256-gcm'` in the same file counts as its text. */
function constantText(nodes: readonly Node[], value: unknown): string | null {
  const direct = literalText(value)
  const name = dottedName(value)
  if (direct !== null || name === null) return direct
  const declared = nodes.find(({ type, id }) => type === 'VariableDeclarator' && dottedName(id) === name)
  return literalText(declared?.init)
}

const isCrypto = (specifier: unknown): boolean => /^(node:)?crypto$/.test(literalText(specifier) ?? '')
const isBuiltinCrypto = (value: unknown): boolean => {
  const call = value as Node
  return (
    call.type === 'CallExpression' &&
    dottedName(call.callee) === 'process.getBuiltinModule' &&
    isCrypto((call.arguments as readonly unknown[])[0])
  )
}

const usedOf = (nodes: readonly Node[], isObject: (object: Node) => boolean): (string | null)[] =>
  nodes
    .filter(({ type, object }) => type === 'MemberExpression' && isObject(object as Node))
    .map(({ property }) => dottedName(property))

/**
 * `process.getBuiltinModule('node:crypto')` must say what is used of it: `.name`, `const { name } =`, or
 * `const load = () => …` with each use `load().name`.
 */
function builtinUses(call: Node, nodes: readonly Node[]): readonly string[] {
  const names = usedOf(nodes, (object) => object === call)
  for (const { type, id, init } of nodes) {
    if (type !== 'VariableDeclarator') continue
    const loads = (init as Node | null)?.type === 'ArrowFunctionExpression' && (init as Node).body === call
    if (loads) names.push(...usedOf(nodes, (object) => dottedName(object.callee) === dottedName(id)))
    if (init !== call) continue
    const pattern = id as Node
    if (pattern.type !== 'ObjectPattern') continue
    for (const { key, shorthand } of pattern.properties as readonly Node[])
      names.push(shorthand ? dottedName(key) : null)
  }
  if (names.length === 0 || names.includes(null)) return ['imports node:crypto dynamically']
  return names.flatMap((name) =>
    name === null || Object.hasOwn(cryptoNames, name) ? [] : [`uses ${name} of node:crypto`],
  )
}

export const cryptoAllowList: SourceRule = ({ path, nodes }) => {
  const allowed = allowedIn(path)
  const found: string[] = []
  for (const node of nodes) {
    if (node.type === 'ImportDeclaration' && isCrypto(node.source)) {
      if (node.importKind === 'type') continue
      for (const specifier of node.specifiers as readonly Node[]) {
        if (specifier.importKind === 'type') continue
        const imported = dottedName(specifier.imported)
        if (imported === null) found.push('imports the whole of node:crypto')
        else if (!Object.hasOwn(allowed, imported)) found.push(`uses ${imported} of node:crypto`)
        else if (imported !== dottedName(specifier.local)) found.push(`renames ${imported} of node:crypto`)
      }
    }
    if (node.type === 'ImportExpression' && isCrypto(node.source)) found.push('imports node:crypto dynamically')
    if (isBuiltinCrypto(node)) found.push(...builtinUses(node, nodes))
    if (/^(globalThis\.)?crypto\.(subtle|getRandomValues|randomUUID)$/.test(dottedName(node) ?? '')) {
      found.push('uses the global crypto')
    }
    if (node.type !== 'CallExpression') continue
    const callee = node.callee as Node
    const called = dottedName(callee.type === 'MemberExpression' ? callee.property : callee) ?? ''
    const algorithms = Object.hasOwn(allowed, called) ? allowed[called] : null
    if (!algorithms) continue
    const algorithm = constantText(nodes, (node.arguments as readonly unknown[])[0])
    if (algorithm === null || !algorithms.includes(algorithm)) {
      found.push(`calls ${called} with ${algorithm ?? 'an algorithm that is not a constant'}`)
    }
  }
  return found
}

/** Vendors declare, the engine reads properties: no vendor's id may stand in the code that runs them all. */
export const noVendorId =
  (ids: readonly string[]): SourceRule =>
  ({ nodes }) =>
    nodes.flatMap((node) => {
      const text = literalText(node)
      return text !== null && ids.includes(text) ? [`names the vendor ${text}`] : []
    })

export const sourceRules: readonly SourceRule[] = [
  noDefaultExport,
  noBannedSyntax,
  noConsole,
  noBarrel,
  noForbiddenName,
  noLooseTls,
  cryptoAllowList,
]

export const violationsOf = (files: readonly SourceFile[], rules: readonly SourceRule[]): string[] =>
  files.flatMap((file) => rules.flatMap((rule) => rule(file)).map((what) => `${file.path}: ${what}`))
