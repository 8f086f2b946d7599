import type * as Library from 'kdbxweb'

type Kdbxweb = (typeof Library)['default']

let last: { readonly question: string; readonly answer: ArrayBuffer } | null = null
let loaded: Promise<Kdbxweb> | null = null

/** kdbxweb with a native Argon2; loaded when the first file is read or written. */
export function kdbxweb(): Promise<Kdbxweb> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Kdbxweb> {
  const [{ default: library }, { hashRaw }] = await Promise.all([import('kdbxweb'), import('@node-rs/argon2')])
  library.CryptoEngine.setArgon2Impl(
    async (password, salt, memoryCost, timeCost, outputLen, parallelism, type, version) => {
      const asked = [password, salt].map((part) => Buffer.from(part).toString('base64'))
      const question = JSON.stringify([...asked, memoryCost, timeCost, outputLen, parallelism, type, version])
      // what was just written is read again: the same question has the same answer
      if (last?.question === question) return last.answer.slice(0)
      const derived = await hashRaw(new Uint8Array(password), {
        salt: new Uint8Array(salt),
        memoryCost,
        timeCost,
        outputLen,
        parallelism,
        algorithm: type,
        version: version === 0x10 ? 0 : 1,
      })
      last = { question, answer: Uint8Array.from(derived).buffer }
      return last.answer.slice(0)
    },
  )
  return library
}
