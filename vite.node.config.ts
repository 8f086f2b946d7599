import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { parsedVendorFiles } from './scripts/parsed-vendor-files.ts'

const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds every Node entry: the command line, the courier and the keychain child. */
export default defineConfig({
  plugins: [parsedVendorFiles()],
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    rollupOptions: {
      input: {
        cli: entry('src-main/hosts/rekey.ts'),
        courier: entry('src-main/courier/main.ts'),
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
