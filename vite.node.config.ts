import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { nativeCipher } from './scripts/native-cipher.ts'
import { parsedVendorFiles } from './scripts/parsed-vendor-files.ts'

const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Takes away what an earlier build of these entries left, once the new one stands: what runs meanwhile finds its files, and the
 * window and the desktop, which stand beside them, stay.
 */
const cleanEntries = {
  name: 'clean-entries',
  writeBundle(_options: unknown, bundle: Readonly<Record<string, unknown>>) {
    for (const folder of ['', 'chunks/']) {
      for (const name of readdirSync(entry(`dist/${folder}`))) {
        if (name.endsWith('.js') && !Object.hasOwn(bundle, `${folder}${name}`)) rmSync(entry(`dist/${folder}${name}`))
      }
    }
  },
}

/** Builds every Node entry: the command line, the courier and the keychain child. */
export default defineConfig({
  plugins: [cleanEntries, nativeCipher(), parsedVendorFiles()],
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: false,
    rollupOptions: {
      input: {
        cli: entry('src-main/hosts/rekey.ts'),
        courier: entry('src-main/courier/main.ts'),
        'vault-worker': entry('src-main/hosts/vault-worker.ts'),
        'keychain-child': entry('src-main/adapters/keychain/child.ts'),
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        banner: (chunk: { name: string; isEntry: boolean }) =>
          chunk.isEntry && chunk.name === 'cli' ? '#!/usr/bin/env node' : '',
      },
    },
  },
  ssr: { noExternal: true, external: ['keytar', '@node-rs/argon2'] },
})
