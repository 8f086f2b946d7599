import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { parsedVendorFiles } from './scripts/parsed-vendor-files.ts'

const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Takes away what the last build of these entries left, and leaves the window and the desktop, which stand beside them. */
const cleanEntries = {
  name: 'clean-entries',
  buildStart() {
    const dist = entry('dist')
    rmSync(`${dist}/chunks`, { recursive: true, force: true })
    try {
      for (const name of readdirSync(dist)) if (name.endsWith('.js')) rmSync(`${dist}/${name}`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  },
}

/** Builds every Node entry: the command line, the courier and the keychain child. */
export default defineConfig({
  plugins: [cleanEntries, parsedVendorFiles()],
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
