import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { electronBinary } from './scripts/start.ts'
import { nativeCipher } from './scripts/native-cipher.ts'
import { parsedVendorFiles } from './scripts/parsed-vendor-files.ts'

const pure = [
  'test/{architecture,canary,contract,core,mutations,renderer,repository,scripts,vendors}/**/*.test.ts',
  'test/*.test.ts',
]

/**
 * Two groups, one after the other. `core` is pure and shares threads. `node` starts processes, daemons and servers: each
 * file has a process of its own, and few run at once, so that deadlines measure the product and not a starved machine.
 */
export default defineConfig({
  plugins: [nativeCipher(), parsedVendorFiles()],
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // a condition is waited for as long as a slow, shared machine may take; what must be quick says so itself
    expect: { poll: { timeout: 20_000 } },
    retry: 0,
    // as it is built: with Node's cipher in it
    server: { deps: { inline: ['age-encryption'] } },
    projects: [
      {
        extends: true,
        test: { name: 'core', include: pure, pool: 'threads', sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          // the real Electron, where it is; scripts/test.ts says where it is not
          exclude: electronBinary() === null ? [...pure, 'test/e2e/electron-binary.test.ts'] : pure,
          pool: 'forks',
          maxWorkers: Math.min(4, Math.max(2, availableParallelism() - 1)),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
