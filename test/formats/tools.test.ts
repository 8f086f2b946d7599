import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src-main/formats/catalog.ts'
import { describeFormat } from '../contract/format.ts'
import { aws, conjurCli, netrc, npmrc, pdcp } from '../../src-main/formats/tools.ts'

for (const format of [pdcp, conjurCli, netrc, aws, npmrc]) describeFormat(format)

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('files of vendors’ own tools', () => {
  it('are told apart by what is in them', () => {
    const samples: Readonly<Record<string, string>> = {
      pdcp: '- username: a\n  api-key: b\n  server: https://api.projectdiscovery.io\n',
      'conjur-cli': 'account: main\nappliance_url: https://conjur.example.com\n',
      netrc: 'machine a.example login b password c\n',
      aws: '[default]\naws_access_key_id = A\naws_secret_access_key = B\n',
      npmrc: '//npm.example.com/:_authToken=x\n',
      dotenv: 'API_KEY=x\n',
      csv: 'name,password\na,b\n',
    }
    for (const [id, text] of Object.entries(samples)) {
      const scores = formats.map((format) => [format.id, format.detect(bytes(text), 'file')] as const)
      const [best] = scores.toSorted(([, a], [, b]) => b - a)
      expect(best?.[0], text).toBe(id)
    }
  })

  it('give a netrc’s key to the Conjur server it is for, whichever of the two files is opened', async () => {
    const rc = 'account: main\nappliance_url: https://conjur.example.com\n'
    const machines = 'machine https://conjur.example.com/authn login alice password made-up-1\n'
    const [byRc, byNetrc] = [
      await conjurCli.read(bytes(rc), { companions: { '.netrc': machines } }),
      await netrc.read(bytes(machines), { companions: { '.conjurrc': rc } }),
    ]
    for (const read of [byRc, byNetrc])
      expect(read).toMatchObject({
        ok: true,
        value: {
          entries: [{ secret: 'made-up-1', rekey: { vendor: 'conjur', inputs: { account: 'main', login: 'alice' } } }],
        },
      })
  })

  it('keep a netrc password as it is', () =>
    fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[!-~]{1,40}$/), async (password) => {
        const quoted = `"${password.replace(/[\\"]/g, '\\$&')}"`
        const read = await netrc.read(bytes(`machine a.example login b password ${quoted}\n`), {})
        expect(read.ok && read.value.entries[0]?.secret).toBe(password)
      }),
    ))
})
