import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** The files of the age library that encrypt. */
export const encrypting = /[\\/]age-encryption[\\/]dist[\\/](?:stream|recipients)\.js$/

export const ours = new URL('../src-main/formats/rekey/chacha20-poly1305.ts', import.meta.url)
const wanted = 'import { chacha20poly1305 } from "@noble/ciphers/chacha.js";'

/** The same module with Node's cipher in the place of the one in JavaScript; throws where the library no longer has that place. */
export function withNativeCipher(code: string, from: string = fileURLToPath(ours)): string {
  if (!code.includes(wanted))
    throw new Error('the age library takes its cipher from elsewhere: see scripts/native-cipher.ts')
  const imports = `import { chacha20poly1305 as library } from "@noble/ciphers/chacha.js"; import { nativeOr } from ${JSON.stringify(from)};`
  return code.replace(wanted, `${imports} const chacha20poly1305 = nativeOr(library);`)
}

/** Has what is built encrypt age's files with Node's own ChaCha20-Poly1305. */
export function nativeCipher(): Plugin {
  return {
    name: 'native-cipher',
    transform(code, id) {
      return encrypting.test(id) ? { code: withNativeCipher(code), map: null } : null
    },
  }
}
