import fc from 'fast-check'

/**
 * Files that are almost right: a good one with bits flipped, parts taken out, doubled or moved, another's part in it, cut,
 * or with numbers and characters in it that parsers stumble over. A mutation is data, so that fast-check can repeat and
 * shrink it; where it points is a fraction of the file, whatever file it is applied to.
 */
type Place = { readonly at: number; readonly length: number }
type Mutation = Place & {
  readonly kind: 'flip' | 'set' | 'remove' | 'double' | 'move' | 'splice' | 'insert' | 'cut' | 'grow'
  readonly to: number
  readonly bytes: Uint8Array
}

const odd: readonly string[] = [
  '\0',
  '"',
  "'",
  '\\',
  '\\u0000',
  '\uFEFF',
  '\u2028',
  '\r\n',
  '[',
  '{',
  '}',
  ']',
  '<',
  '>',
  '&',
  '&#0;',
  '&#xD800;',
  '&a;',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  '__proto__',
  'constructor',
  ',',
  ';',
  '=',
  '#',
  '%00',
  '../',
  '*x',
  '&x ',
  '!!js/function',
  '-----BEGIN',
]
const text = new TextEncoder()
const pieces = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(...odd).map((each) => text.encode(each)),
  fc.constantFrom(0, 1, 0x7f, 0x80, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
)
const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom<Mutation['kind']>(
    'flip',
    'flip',
    'set',
    'remove',
    'double',
    'move',
    'splice',
    'insert',
    'cut',
    'grow',
  ),
  at: fraction,
  to: fraction,
  length: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 400 }) },
  ),
  bytes: pieces,
})

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

function mutate(file: Uint8Array, { kind, at, to, length, bytes }: Mutation, other: Uint8Array): Uint8Array {
  const from = Math.floor(at * (file.length + 1))
  const end = Math.min(file.length, from + length)
  const [before, part, after] = [file.subarray(0, from), file.subarray(from, end), file.subarray(end)]
  switch (kind) {
    case 'flip':
      return joined(before, Uint8Array.of((file[from] ?? 0) ^ (1 << (length % 8))), file.subarray(from + 1))
    case 'set':
      return joined(before, bytes, file.subarray(from + bytes.length))
    case 'remove':
      return joined(before, after)
    case 'double':
      return joined(before, part, part, after)
    case 'move': {
      const rest = joined(before, after)
      const target = Math.floor(to * (rest.length + 1))
      return joined(rest.subarray(0, target), part, rest.subarray(target))
    }
    case 'splice': {
      const start = Math.floor(to * (other.length + 1))
      return joined(before, other.subarray(start, start + length), after)
    }
    case 'insert':
      return joined(before, bytes, file.subarray(from))
    case 'cut':
      return before
    case 'grow':
      return joined(before, ...Array.from({ length: Math.min(200, length) }, () => bytes), file.subarray(from))
  }
}

/** Mutated seeds, and a few inputs that have nothing to do with them. */
export function inputsLike(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...seeds)
  const mutated = fc
    // Mostly one: two are rarely read far enough to matter.
    .tuple(
      seed,
      seed,
      fc.oneof(
        { weight: 3, arbitrary: fc.tuple(mutation) },
        { weight: 1, arbitrary: fc.array(mutation, { minLength: 2, maxLength: 6 }) },
      ),
    )
    .map(([file, other, mutations]) => mutations.reduce((result, each) => mutate(result, each, other), file))
  return fc.oneof(
    { weight: 18, arbitrary: mutated },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.oneof(fc.string({ unit: 'binary' }), fc.json()).map((each) => text.encode(each)) },
  )
}
