import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import { readXml, type Element } from '../../src-main/formats/kdbx/read-xml.ts'

const hidden = (text: string): string => `<Value Protected="True">${Buffer.from(text).toString('base64')}</Value>`
const entry = `<Entry><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Tags>a;b</Tags>
  <String><Key>Title</Key><Value>name &amp; more</Value></String>
  <String><Key>Password</Key>${hidden('key-one')}</String><String><Key>Notes</Key><Value/></String></Entry>`
const declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const body = `
<KeePassFile><Meta><Generator>made up</Generator></Meta>
<Root><Group><UUID>AA==</UUID><Name>g</Name>${entry}<Group><Name>h</Name><Notes>é𝄞</Notes>${entry}</Group></Group></Root></KeePassFile>
`
const plain = declared + body
/** A comment where it changes nothing: from there on, which is the beginning, it is the other parser that reads. */
const notPlain = (xml: string): string => xml.replace(/^\uFEFF?(?:<\?xml[^>]*\?>)?/, '$&<!---->')

/** Name, text, and those within it. */
type Tree = readonly unknown[]
/** An element becomes another one after the call that it is given to. */
function treeOf({ name, text, first }: Element): Tree {
  const within: Tree[] = []
  for (let at = first; at !== null; at = at.next) within.push(treeOf(at))
  return [name, text, ...within]
}

/** All that a reader says of a document. */
async function told(xml: string) {
  const seen: unknown[] = []
  const result = await readXml(new TextEncoder().encode(xml), (length) => new Uint8Array(length), {
    entry(element, group) {
      seen.push(['entry', treeOf(element), group.uuid, group.name, group.depth])
      return ok(undefined)
    },
    meta: ({ name, text }) => void seen.push(['meta', name, text]),
    group: ({ name, text }, { uuid }) => void seen.push(['group', name, text, uuid]),
  })
  return { result, seen }
}

const pieces = [
  '<!-- a comment -->',
  '<![CDATA[<x>&]]>',
  '<!DOCTYPE KeePassFile [<!ENTITY a "b">]>',
  '<?an instruction?>',
  '<?xml version="1.0"?>',
  '&amp;',
  '&lt;&gt;&quot;&apos;&#xD;&#10;',
  '&#65;',
  '&#0;',
  '&a;',
  '&',
  ']]>',
  '\r\n',
  '\n\n',
  '\u0001',
  '\uFEFF',
  '<Notes/>',
  '<Notes />',
  '<Notes>x</Notes>',
  '<Notes >x</Notes >',
  '<a b="c" d="e">',
  '<a b="c" b="e">',
  "<Value Protected='True'>AA==</Value>",
  '<Value Protected="true">AA==</Value>',
  '<Value Protected="True">A=A=</Value>',
  '<ns:a/>',
  '<é/>',
  '</a>',
  '</Entry>',
  '</KeePassFile>',
  '<KeePassFile/>',
  '<Group>',
  '<',
  '>',
  '"',
  ' ',
]

describe('a document of KeePass', () => {
  it('is told as by a parser of all XML', async () => {
    const { result, seen } = await told(plain)
    expect(result).toEqual(ok(undefined))
    expect(seen.length).toBeGreaterThan(6)
    expect(await told(notPlain(plain))).toEqual({ result, seen })
  })

  it('is told so wherever it is something else than it should be, with the same line', async () => {
    const spoilt = fc
      .array(fc.tuple(fc.nat(body.length), fc.nat(12), fc.constantFrom('', ...pieces)), { minLength: 1, maxLength: 3 })
      .map((changes) =>
        changes.reduce(
          (xml, [at, gone, piece]) => xml.slice(0, at) + piece + xml.slice(at + (gone > 6 ? 0 : gone)),
          body,
        ),
      )
    const declaration = fc.constantFrom(declared, '', "<?xml version='1.0'?>", '<?xml version="1.0" ?>')
    const documents = fc.tuple(declaration, spoilt).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(documents, async (xml) => {
        expect(await told(xml)).toEqual(await told(notPlain(xml)))
      }),
      { numRuns: 1500 },
    )
  })

  it('is told of an entry at a time, each with what stands in it and no more', async () => {
    const values = ['x'.repeat(40_000), '\uFFFD', '', 'short']
    const strings = values.map((value) => `<String><Key>k</Key>${hidden(value)}</String>`).join('')
    const first = `<Entry>${strings}<Times><Expires>True</Expires></Times><History><Entry>${strings}</Entry></History></Entry>`
    const { result, seen } = await told(
      `${declared}<KeePassFile><Root><Group>${first}<Entry><Tags>t</Tags><History/></Entry></Group></Root></KeePassFile>`,
    )
    const trees = values.map((value): Tree => ['String', '', ['Key', 'k'], ['Value', value]])
    expect(result).toEqual(ok(undefined))
    expect(seen).toEqual([
      [
        'entry',
        ['Entry', '', ...trees, ['Times', '', ['Expires', 'True']], ['History', '', ['Entry', '', ...trees]]],
        '',
        '',
        0,
      ],
      ['entry', ['Entry', '', ['Tags', 't'], ['History', '']], '', '', 0],
    ])
  })

  it('is refused where a hidden value is no text, with its line', async () => {
    for (const damaged of [Buffer.from([0xff]).toString('base64'), Buffer.from('é').toString('base64', 0, 1), 'A=A=']) {
      const xml = plain.replace('</Root>', `</Root>\n<Value Protected="True">${damaged}</Value>`)
      const { result } = await told(xml)
      expect(result).toMatchObject({ ok: false, failure: { fields: { where: 'its document, line 8' } } })
      expect((await told(notPlain(xml))).result).toEqual(result)
    }
  })

  it('is told so where it is of more tags than are kept in mind', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => `<a${n % 1250}/><b>x</b>`).join('')
    const xml = plain.replace('<IconID>', '').replace('</Entry>', `${many}</Entry>`)
    expect(await told(xml)).toEqual(await told(notPlain(xml)))
  })

  it('is refused where it is nested beyond the limit, and after its end', async () => {
    const nested = `<KeePassFile>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</KeePassFile>`
    for (const xml of [nested, `${plain}<KeePassFile/>`, `${plain}x`, plain.slice(0, -20), '', ' ', 'x'])
      expect(await told(xml)).toEqual(await told(notPlain(xml)))
  })
})
