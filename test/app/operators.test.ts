import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import type { App } from '../../src-main/app/compose.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { createApp } from '../../src-main/hosts/create-app.ts'

// Nothing listens there: a request that was made all the same would be seen as a failure of its own.
const origin = 'http://127.0.0.1:9'
const folder = mkdtempSync(join(tmpdir(), 'rekey-operators-'))
let app: App

const add = (name: string, login: string, more: { baseUrl?: string; operator?: string } = {}) =>
  app.call('credential.add', {
    vendor: 'conjur',
    name,
    secret: `synthetic-${name.replace('/', '-')}-0123456789`,
    baseUrl: `${origin}/api`,
    inputs: { account: 'acme', login },
    unproven: true,
    ...more,
  })

beforeAll(async () => {
  const created = await createApp({
    homePath: join(folder, 'home'),
    storeKind: 'sealed',
    passphrase: async () => ok(Secret.of('a passphrase for tests only')),
    isInteractive: false,
    courierEntry: '',
    keychainEntry: '',
    replyWaitSeconds: null,
    environment: {},
    sealedKdf: { memoryKib: 1024, passes: 1, parallelism: 1 },
  })
  if (!created.ok) throw new Error(created.failure.code)
  app = created.value
  expect(await add('prod/admin', 'admin')).toMatchObject({ ok: true })
  const other = { vendor: 'scrapebit', name: 'prod/other', secret: 'synthetic-other-0123456789', baseUrl: origin }
  expect(await app.call('credential.add', { ...other, unproven: true })).toMatchObject({ ok: true })
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('an operator', () => {
  it('rotates credentials of its own vendor and address', async () => {
    const added = await add('ci/alice', 'alice', { operator: 'prod/admin' })
    expect(added).toMatchObject({ ok: true, value: { credential: { operator: 'prod/admin' } } })
  })

  it.each([
    ['another port', 'http://127.0.0.1:10/api'],
    ['another scheme', 'https://127.0.0.1:9/api'],
    ['another host', 'https://evil.example/api'],
  ])('is not taken for another address: %s', async (what, baseUrl) => {
    const name = `evil/${what.replace(' ', '-')}`
    const added = await add(name, 'mallory', { baseUrl, operator: 'prod/admin' })
    expect(added).toMatchObject({
      ok: false,
      failure: { code: 'bad-operator', fields: { why: 'it is for another address' } },
    })
  })

  it('is not taken from another vendor, nor for itself', async () => {
    expect(await add('ci/bob', 'bob', { operator: 'prod/other' })).toMatchObject({
      ok: false,
      failure: { code: 'bad-operator', fields: { why: 'it belongs to scrapebit' } },
    })
    const itself = await app.call('credential.edit', { name: 'prod/admin', operator: 'prod/admin' })
    expect(itself).toMatchObject({ ok: false, failure: { code: 'bad-operator' } })
  })
})
