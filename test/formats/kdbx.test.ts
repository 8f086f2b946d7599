import { describe, expect, it } from 'vitest'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'
import { kdbxAt } from '../../src-main/formats/kdbx.ts'

const quick = kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 })

describeFormat(quick, { close: { passphrase: 'correct horse' }, runs: 60 })

describe('a KDBX file', () => {
  it('comes with a word about control characters, which KeePassXC does not show in full', async () => {
    const said = async (secret: string) => {
      const written = await quick.write?.(vaultOf({ name: 'a', secret }), { passphrase: 'made up' })
      return written?.ok ? written.value.warnings : null
    }
    expect(await said('plain\ttext')).toEqual([])
    expect(await said('a\u0000b')).toEqual([expect.stringContaining('up to a NUL')])
  })
})
