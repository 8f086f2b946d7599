import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '../../src-contract/result.ts'
import { openSealedStore } from '../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../src-main/core/secret.ts'
import type { Keyring } from '../fixtures/keyring.ts'

/** The keychain of a world, looked at past the product: what is in it, whatever the ledger says. */
export type Keychain = {
  readonly kind: 'sealed' | 'os'
  readonly env: NodeJS.ProcessEnv
  /** The item's value; empty if there is none. */
  readonly item: (name: string) => Promise<string>
  readonly ring: Keyring | null
}

export async function sealedKeychain(folder: string, home: string, passphrase: string): Promise<Keychain> {
  const open = async (create: boolean) => {
    const store = await openSealedStore({
      file: join(home, 'sealed.sqlite'),
      passphrase: async () => ok(Secret.of(passphrase)),
      create,
      // what is under test here is not Argon2
      kdf: { memoryKib: 1024, passes: 1, parallelism: 1 },
    })
    if (!store.ok) throw new Error(store.failure.code)
    return store.value
  }
  mkdirSync(home, { mode: 0o700 })
  const made = await open(true)
  const proof = await made.prove()
  if (!proof.ok) throw new Error(proof.failure.code)
  await made.close()
  return {
    kind: 'sealed',
    env: { REKEY_KEYCHAIN: 'sealed', REKEY_PASSPHRASE_FILE: join(folder, 'passphrase') },
    item: async (name) => {
      const store = await open(false)
      const read = await store.read({ service: 'rekey', account: name })
      await store.close()
      if (!read.ok) throw new Error(read.failure.code)
      return read.value?.use((value) => value) ?? ''
    },
    ring: null,
  }
}

export function ringKeychain(home: string, ring: Keyring): Keychain {
  mkdirSync(home, { mode: 0o700 })
  return {
    kind: 'os',
    env: { ...ring.env, REKEY_KEYCHAIN: 'os' },
    item: async (name) =>
      (await ring.secretTool(['lookup', 'service', 'rekey', 'account', name])).stdout.replace(/\n$/, ''),
    ring,
  }
}
