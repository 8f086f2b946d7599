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

type Seen = { readonly keys: readonly (string | null)[]; readonly notes: readonly string[]; readonly failure: unknown }
const seen = async (
  format: Pick<typeof netrc, 'read'>,
  text: string,
  companions: Readonly<Record<string, string>> = {},
): Promise<Seen> => {
  const read = await format.read(bytes(text), { companions })
  return read.ok
    ? { keys: read.value.entries.map(({ secret }) => secret), notes: read.value.notes, failure: null }
    : { keys: [], notes: [], failure: read.failure.fields }
}

describe('odd but legal files of tools are read as the tools read them', () => {
  it.each([
    ['a password that begins with #', 'machine a login b password #1 # not this\nmachine c password 2\n', ['#1', '2']],
    ['a macro in a file of Windows', 'macdef init\r\ncd /x\r\nls\r\n\r\nmachine c login d password 1\r\n', ['1']],
    ['a macro that is set in', '  macdef init\n  cd /x\n\nmachine c login d password 1\n', ['1']],
    ['two keys of one machine', 'machine a login b password 1 login c password 2', ['1', '2']],
    ['quotes, escapes and tabs', 'machine\ta\n\tpassword\t"1 \\"\\\\ 2"\n', ['1 "\\ 2']],
    ['a login that is called user', 'machine a user b password 1\n', ['1']],
  ])('netrc: %s', async (_, text, keys) => {
    expect(await seen(netrc, text)).toEqual({ keys, notes: [], failure: null })
  })

  it('netrc: an account is a second password, and kept', async () => {
    const read = await netrc.read(bytes('machine a login b account second password 1\n'), {})
    expect(read).toMatchObject({
      ok: true,
      value: { entries: [{ fields: [{ name: 'account password', value: 'second', isSecret: true }] }] },
    })
  })

  it('netrc: a quote that is never closed is said, and cuts no key short', async () => {
    const { failure } = await seen(netrc, 'machine a login b password c\nmachine d\n  password "abc\nmachine e\n')
    expect(failure).toEqual({ where: 'line 3', what: 'a quote is opened and never closed' })
  })

  it('aws: comments behind values and sections, capitals, spaces in brackets', async () => {
    const text =
      '[default] ; mine\nAWS_Secret_Access_Key = made/up+1 # and this is = a comment\n[ two ]\naws_secret_access_key=2\n'
    expect(await seen(aws, text)).toEqual({ keys: ['made/up+1', '2'], notes: [], failure: null })
    expect(aws.detect(bytes('[a]\nAWS_SECRET_ACCESS_KEY=1\n'), 'file')).toBeGreaterThan(0.9)
  })

  it('aws: of a key that is there twice the last one counts, and the other is said', async () => {
    const text = '[a]\naws_secret_access_key=1\n[b]\naws_secret_access_key=2\n[a]\naws_secret_access_key=3\n'
    expect(await seen(aws, text)).toEqual({
      keys: ['3', '2'],
      notes: ['aws_secret_access_key at line 2 is not taken: line 6 says it again, and the last one counts'],
      failure: null,
    })
  })

  it.each([
    ['//a.example/:_authToken=abc ; comment', ['abc']],
    ['//a.example/:_authToken=abc#comment', ['abc']],
    ['//a.example/:_authToken=abc\\#def\\;g', ['abc#def;g']],
    ['//a.example/:_authToken="abc#;\\u0064"', ['abc#;d']],
    [`//a.example/:_authToken='abc#'`, ['abc#']],
    ['_authToken=abc\nregistry=https://npm.example.com/', ['abc']],
    ['\uFEFF//a.example/:_authToken=abc\r\n', ['abc']],
  ])('npmrc: %s', async (text, keys) => {
    expect(await seen(npmrc, `${text}\n`)).toMatchObject({ keys, failure: null })
  })

  it('npmrc: what is no key, or hidden by a later one, is said', async () => {
    const text =
      '//a.example/:_authToken=one\n//a.example/:_authToken=two\n//b.example/:_authToken=x-${NAME}\nsave-exact\n//c.example/:email=e\n'
    expect(await seen(npmrc, text)).toEqual({
      keys: ['two'],
      notes: [
        'settings that are not taken for keys: the key of b.example (it refers to a variable), //c.example/:email, line 4',
        '//a.example/:_authToken at line 1 is not taken: line 2 says it again, and the last one counts',
      ],
      failure: null,
    })
  })

  it('npmrc: a key without an address is of the registry, and an .env file is none', async () => {
    const read = await npmrc.read(bytes('registry=https://npm.example.com/team/\n_auth=made-up\nemail=a@b\n'), {})
    expect(read).toMatchObject({
      value: { entries: [{ name: 'npm/npm.example.com/team/auth', fields: [{ name: 'email', value: 'a@b' }] }] },
    })
    const file = bytes('_authToken=x\n')
    const [best] = formats.toSorted((a, b) => b.detect(file, '.npmrc') - a.detect(file, '.npmrc'))
    expect(best?.id).toBe('npmrc')
  })

  it('npmrc: a key with an address and one without are two', async () => {
    const text = '//npm.example.com/:_authToken=one\nregistry=https://npm.example.com/\n_authToken=two\n'
    expect(await seen(npmrc, text)).toMatchObject({ keys: ['one', 'two'] })
  })

  it('are read in no time, whatever they repeat, and say no more than a person reads', async () => {
    const before = process.cpuUsage()
    await seen(npmrc, `//a/:_authToken=${'${a'.repeat(300_000)}\n`)
    const twice = await seen(npmrc, '//a/:_authToken=x\n'.repeat(50_000))
    await seen(netrc, `machine a password "${'\\"'.repeat(500_000)}\n`)
    await seen(aws, `[a]\naws_secret_access_key=x${' #'.repeat(500_000)}\n`)
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000)
    expect([twice.keys.length, twice.notes.length, twice.notes.at(-1)]).toEqual([
      1,
      21,
      '49979 more are said again by later lines, and not taken',
    ])
  })

  it('pdcp: a key of digits is no number, and what else an account says is kept', async () => {
    const text = '- username: null\n  email: ""\n  api-key: 12e45\n  team-id: t1\n'
    expect(await pdcp.read(bytes(text), {})).toMatchObject({
      value: {
        entries: [{ name: 'projectdiscovery/1', secret: '12e45', fields: [{ name: 'team-id', value: 't1' }] }],
      },
    })
  })

  it('conjur: the names of older tools, and what of the file is not read', async () => {
    const rc = '---\nconjur_account: 123\nconjur_url: https://conjur.example.com\ncert_file: ""\nplugins: []\n'
    const machines = 'machine https://conjur.example.com/authn login alice password made-up-1\n'
    expect(conjurCli.detect(bytes(rc), 'file')).toBeGreaterThan(0.9)
    expect(await seen(conjurCli, rc, { '.netrc': machines })).toEqual({
      keys: ['made-up-1'],
      notes: ['settings that are not taken: plugins'],
      failure: null,
    })
  })

  it('conjur: says in which of its two files something is wrong', async () => {
    const rc = 'account: main\nappliance_url: https://conjur.example.com\n'
    const { failure } = await seen(conjurCli, rc, { '.netrc': 'machine a\n  nonsense b\n' })
    expect(failure).toEqual({ where: '.netrc, line 2', what: 'it is not machine, login or password' })
    expect((await seen(conjurCli, 'account: "main\n')).failure).toEqual({
      where: 'line 1',
      what: 'it is not valid YAML',
    })
  })
})
