import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { nativeCipher } from './scripts/native-cipher.ts'
import { parsedVendorFiles } from './scripts/parsed-vendor-files.ts'

const entry = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the desktop host: main as modules; the preload as one classic script, which is all that a sandbox runs. */
export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload'
  return {
    publicDir: false,
    plugins: [nativeCipher(), parsedVendorFiles()],
    build: {
      ssr: true,
      target: isPreload ? 'chrome140' : 'node24',
      outDir: 'dist/electron',
      emptyOutDir: !isPreload,
      sourcemap: false,
      minify: false,
      rollupOptions: {
        input: isPreload
          ? { preload: entry('src-main/hosts/electron/preload.ts') }
          : { main: entry('src-main/hosts/electron/main.ts') },
        output: isPreload
          ? { format: 'cjs' as const, entryFileNames: '[name].cjs' }
          : { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    ssr: { noExternal: true, external: ['electron', 'keytar', '@node-rs/argon2'] },
  }
})
