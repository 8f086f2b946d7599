import { readFileSync } from 'node:fs'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { onepux } from '../../src-main/formats/onepux.ts'
import { describeFormat } from '../contract/format.ts'

describeFormat(onepux)

const golden = readFileSync(new URL('../fixtures/vaults/1pux/ok.all.1pux', import.meta.url))

describe('a 1PUX file', () => {
  it('never gives anything else where a byte of it was hit', async () => {
    const whole = await onepux.read(golden, {})
    let differs = 0
    for (let at = 0; at < golden.length; at += 1) {
      const hit = Uint8Array.from(golden, (byte, index) => (index === at ? byte ^ 0x10 : byte))
      const read = await onepux.read(hit, {})
      if (read.ok) expect(read).toEqual(whole)
      else differs += 1
    }
    expect(differs).toBeGreaterThan(golden.length / 2)
  })

  it('has a comment at its end, or a directory that goes nowhere', async () => {
    const parts = {
      'export.attributes': strToU8('{"version":3}'),
      'export.data': strToU8('{"accounts":[]}'),
    }
    const read = await onepux.read(zipSync(parts, { comment: 'PK\u0005\u0006 made up' }), {})
    expect(read).toEqual({ ok: true, value: { entries: [], notes: [] } })
    const lost = zipSync(parts)
    new DataView(lost.buffer).setUint32(lost.length - 6, 0xfffffff0, true)
    expect(await onepux.read(lost, {})).toMatchObject({ ok: false, failure: { code: 'bad-vault' } })
  })

  it('names the account as well where there are several', async () => {
    const account = (name: string) => ({
      attrs: { accountName: name },
      vaults: [{ attrs: { name: 'Private' }, items: [{ details: { password: 'made-up' }, overview: { title: 'a' } }] }],
    })
    const data = { accounts: [account('One'), account('Two')] }
    const bytes = zipSync({
      'export.attributes': strToU8('{"version":3}'),
      'export.data': strToU8(JSON.stringify(data)),
    })
    const read = await onepux.read(bytes, {})
    expect(read.ok ? read.value.entries.map(({ folder }) => folder) : read).toEqual([
      ['One', 'Private'],
      ['Two', 'Private'],
    ])
  })
})
