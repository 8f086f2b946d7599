import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import { readXml } from '../../src-main/formats/kdbx/read-xml.ts'

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

/** All that a reader says of a document. */
async function told(xml: string) {
  const seen: unknown[] = []
  const result = await readXml(new TextEncoder().encode(xml), (length) => new Uint8Array(length), {
    entry(element, group) {
      seen.push(['entry', element, group.uuid, group.name, group.depth])
      return ok(undefined)
    },
    meta: ({ name, text }) => void seen.push(['meta', name, text]),
    group: ({ name, text }, { uuid }) => void seen.push(['group', name, text, uuid]),
  })
  return { result, seen: structuredClone(seen) }
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

  it('is refused where it is nested beyond the limit, and after its end', async () => {
    const nested = `<KeePassFile>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</KeePassFile>`
    for (const xml of [nested, `${plain}<KeePassFile/>`, `${plain}x`, plain.slice(0, -20), '', ' ', 'x'])
      expect(await told(xml)).toEqual(await told(notPlain(xml)))
  })
})
