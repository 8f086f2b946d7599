import { describe, expect, it } from 'vitest'
import { machinePaths, realLookingSecrets, registryNames } from './leaks.ts'
import { foreignLicences, platformGaps, resolvedAddresses, unheldPackages, withInstallScript } from './lock-file.ts'

describe('reading a lock file', () => {
  it('finds an address', () => {
    const lock = { packages: { 'node_modules/a': { resolved: 'https://host.example/a.tgz' }, 'node_modules/b': {} } }
    expect(resolvedAddresses(lock)).toEqual(['node_modules/a: https://host.example/a.tgz'])
  })

  it('finds a platform package that is not there, and sees one that is, nested or not', () => {
    const a = { optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' } }
    expect(platformGaps({ packages: { 'node_modules/a': a, 'node_modules/a-linux': {} } })).toEqual([
      'node_modules/a names a-darwin, which the lock file does not have',
    ])
    const nested = 'node_modules/x/node_modules/a'
    const packages = { [nested]: a, 'node_modules/a-linux': {}, [`${nested}/node_modules/a-darwin`]: {} }
    expect(platformGaps({ packages })).toEqual([])
    expect(platformGaps({ packages: { [nested]: a, 'node_modules/x/node_modules/a-linux': {} } })).toHaveLength(1)
  })

  it('finds a licence outside the list, but not that of a tool', () => {
    const packages = {
      '': {},
      'node_modules/a': { license: 'MIT' },
      'node_modules/b': { license: 'GPL-3.0' },
      'node_modules/c': {},
      'node_modules/d': { license: 'GPL-3.0', dev: true },
    }
    expect(foreignLicences({ packages }, ['MIT'])).toEqual(['node_modules/b: GPL-3.0', 'node_modules/c: no licence'])
  })
})

describe('a dependency gone bad', () => {
  it('is found where the lock file does not hold its bytes, or where it runs a program at install', () => {
    const packages = {
      '': {},
      'node_modules/held': { integrity: `sha512-${'A'.repeat(86)}==` },
      'node_modules/bare': {},
      'node_modules/old': { integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
      'node_modules/cut': { integrity: 'sha512-AAAA==', hasInstallScript: true },
    }
    expect(unheldPackages({ packages })).toEqual([
      'node_modules/bare: no integrity',
      'node_modules/old: sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      'node_modules/cut: sha512-AAAA==',
    ])
    expect(withInstallScript({ packages })).toEqual(['node_modules/cut'])
  })
})

describe('looking for leaks', () => {
  it('finds a registry and a machine path', () => {
    expect(registryNames(`see https://${['registry', 'npmjs', 'org'].join('.')}/zod`)).toHaveLength(1)
    for (const folder of ['work', 'root']) {
      expect(machinePaths(`at file /${folder}/thing/a.ts`)).toEqual([`/${folder}/thing`])
      expect(machinePaths(`home/${folder}/thing and .github/${folder}/thing`)).toEqual([])
    }
  })

  it.each([
    ['AKIA', 'Q7ZP3M9XK2VTB5WD'],
    ['ghp_', 'a8Kd93jfLs02mVnQx7Pz41TyUeWcRbHgD5iO'],
    ['sk_live_', 'a8Kd93jfLs02mVnQx7Pz41Ty'],
    ['xoxb-', '829104756102-a8Kd93jfLs02mVnQ'],
    ['uspl_', 'a8Kd93jfLs02mVnQx7Pz41Ty'],
    [`-----BEGIN EC ${'PRIVATE'} KEY-----\n`, 'MHcCAQEEIa8Kd93jfLs02mVnQx7Pz41TyUeWcRbHgD5iOq\n-----END'],
  ])('finds a key that starts with %s', (prefix, rest) => {
    expect(realLookingSecrets(`const key = '${prefix}${rest}'`)).toHaveLength(1)
  })

  it('lets synthetic keys be', () => {
    expect(realLookingSecrets(`uspl_${'ab'.repeat(16)}`)).toEqual([])
    expect(realLookingSecrets('uspl_0123456789abcdef')).toEqual([])
    expect(realLookingSecrets(`uspl_syntheticQx7Pz41TyUeWcRbHgD5iO`)).toEqual([])
  })
})
