import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { ask, basic } from './ask.ts'

/** The examples of the vendors' own documents, run by the real curl; only addresses and credentials are replaced. */
const run = promisify(execFile)
const shell = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  (
    await run('sh', ['-c', script.replaceAll('curl ', 'curl --silent --noproxy "*" ')], {
      env: { ...process.env, ...env },
    })
  ).stdout

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

describe('the examples in the vendors’ documents', () => {
  it('scrapebit: regenerate', async () => {
    const { baseUrl, key } = sandbox.vendors.scrapebit
    const example = `curl -X POST "https://api.scrapebit.com/v1/user/api-key/regenerate" \\
  -H "Authorization: Bearer YOUR_CURRENT_API_KEY" \\
  -H "Content-Type: application/json"`
    const out = await shell(example.replace('https://api.scrapebit.com', baseUrl).replace('YOUR_CURRENT_API_KEY', key))
    expect(JSON.parse(out).data.api_key).toBe(sandbox.currentKey('scrapebit'))
    expect(sandbox.keyState('scrapebit', key)).toBe('dead')
  })

  it('hienergy: rotate, with the line continuation that the page forgot', async () => {
    const { baseUrl, operator } = sandbox.vendors.hienergy
    const example = `curl -X POST "https://app.hienergy.ai/api/v1/users/1/rotate_api_key" \\
-H "X-Api-Key: YOUR_API_KEY" \\
-H "Accept: application/json" \\
-H "Content-Type: application/json" \\
-d '{}'`
    const out = await shell(
      example.replace('https://app.hienergy.ai/api/v1', baseUrl).replace('YOUR_API_KEY', operator!.key),
    )
    expect(JSON.parse(out)).toMatchObject({ data: { id: '1' }, meta: { api_key: sandbox.currentKey('hienergy', '1') } })
  })

  it('conjur: rotate your own, then somebody else’s', async () => {
    const { baseUrl, secretInputs, operator } = sandbox.vendors.conjur
    await ask(`PUT ${baseUrl}/authn/myorg/password`, {
      headers: basic('alice', secretInputs!['password']!),
      body: 'beep-boop',
    })
    const own = `curl --request PUT --data "" \\
     --user alice:beep-boop \\
     https://eval.conjur.org/authn/myorg/api_key`
    expect(await shell(own.replace('https://eval.conjur.org', baseUrl))).toBe(sandbox.currentKey('conjur'))

    const before = sandbox.currentKey('conjur')
    const authenticate = `curl --header "Accept-Encoding: base64" --data "$ADMIN_KEY" ${baseUrl}/authn/myorg/admin/authenticate`
    const other = `curl --request PUT --data "" \\
     -H "Authorization: Token token=\\"$(${authenticate})\\"" \\
     https://eval.conjur.org/authn/myorg/api_key?role=user:alice`
    const out = await shell(other.replace('https://eval.conjur.org', baseUrl), { ADMIN_KEY: operator!.key })
    expect(out).toBe(sandbox.currentKey('conjur'))
    expect(out).not.toBe(before)
  })

  it('projectdiscovery has no example; its OpenAPI file says as much', async () => {
    const { baseUrl, key } = sandbox.vendors.projectdiscovery
    const out = await shell(`curl -X POST "${baseUrl}/v1/user/apikey/rotate" -H "X-API-Key: ${key}"`)
    expect(JSON.parse(out)).toEqual({ message: expect.any(String), api_key: sandbox.currentKey('projectdiscovery') })
  })
})
