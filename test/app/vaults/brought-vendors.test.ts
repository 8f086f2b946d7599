import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyEntry } from '../../../src-main/formats/define-format.ts'
import { emptyTraits } from '../../../src-main/formats/define-traits.ts'
import { catalogTexts } from '../../../src-main/vendors/catalog.ts'
import { fakeWindow } from '../../fakes/window-services.ts'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'
import { preview } from './vault-world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const named = (id: string): string => (catalogTexts.get('scrapebit') ?? '').replace(/^id: scrapebit$/m, `id: ${id}`)
const acme = named('acme')
const { where: _where, left: _left, ...entryOfFile } = emptyEntry
const entry = {
  ...entryOfFile,
  name: 'own/acme',
  secret: 'made-up-key-of-acme-0123456789',
  rekey: { ...emptyTraits, vendor: 'acme' },
}
type Brought = readonly { readonly id: string; readonly text: string }[]
const fileWith = (...vendorFiles: Brought): string => JSON.stringify({ rekey: 2, entries: [entry], vendorFiles })
const read = (...vendorFiles: Brought) => preview(world, fileWith(...vendorFiles), { fileName: 'a.json' })
const placeOf = (id: string): string => join(world.ports.home.folder, 'vendors', `${id}.yaml`)

describe('a vendor file that a backup brought', () => {
  it('is not used before it was trusted, and then as it was read', async () => {
    const { id, entries } = await read({ id: 'acme', text: acme })
    expect(entries).toMatchObject([{ vendor: 'other' }])
    expect(existsSync(placeOf('acme'))).toBe(false)
    const [brought] = valueOf(await world.app.call('vault.vendorFiles', { id }))
    expect(brought).toMatchObject({ vendor: 'acme', why: null, review: { isInUse: false } })
    const sha256 = brought?.review?.sha256 ?? ''
    const other = { id, vendor: 'acme', sha256: '0'.repeat(64) }
    expect(await world.app.call('vault.trustVendor', other)).toMatchObject(failed('changed-vendor-file'))
    expect(existsSync(placeOf('acme'))).toBe(false)
    valueOf(await world.app.call('vault.trustVendor', { id, vendor: 'acme', sha256 }))
    expect(readFileSync(placeOf('acme'), 'utf8')).toBe(acme)
    expect(valueOf(await world.app.call('vault.vendorFiles', { id }))).toMatchObject([{ review: { isInUse: true } }])
    valueOf(await world.app.call('vault.import', { id }))
    expect(valueOf(await world.app.call('credential.show', { name: 'own/acme' }))).toMatchObject({ vendor: 'acme' })
  })

  it.each([
    ['takes the place of none that is here', 'acme', acme, 'another file of acme is here already'],
    ['is not one of Rekey’s own', 'scrapebit', named('scrapebit'), 'is the id of a built-in file'],
    ['is of the vendor that it says', 'umbrella', acme, 'it is the file of acme'],
    ['is sound', 'broken', 'id: [', ''],
  ])('%s', async (_what, id, text, why) => {
    mkdirSync(join(world.ports.home.folder, 'vendors'), { recursive: true })
    writeFileSync(placeOf('acme'), `${acme}\n# mine\n`)
    const seen = await read({ id, text })
    const [brought] = valueOf(await world.app.call('vault.vendorFiles', { id: seen.id }))
    expect(brought?.review).toBeNull()
    expect(JSON.stringify(brought?.why)).toContain(why)
    const asked = { id: seen.id, vendor: id, sha256: world.ports.hash(text) }
    expect(await world.app.call('vault.trustVendor', asked)).toMatchObject(failed('bad-vendor-file'))
    expect(readFileSync(placeOf('acme'), 'utf8')).toContain('# mine')
  })

  it('is not a page’s to trust', async () => {
    await world.reopen((ports) => ({ ...ports, window: fakeWindow({ exports: world.ports.home.folder }).services }))
    const content = Buffer.from(fileWith({ id: 'acme', text: acme })).toString('base64')
    const source = { fileName: 'a.json', content }
    const { id } = valueOf(await world.app.call('vault.preview', { source }))
    const asked = { id, vendor: 'acme', sha256: world.ports.hash(acme) }
    expect(await world.app.call('vault.trustVendor', asked)).toMatchObject(failed('not-here'))
  })
})
