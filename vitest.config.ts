import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'core', include: ['test/{contract,core,vendors}/**/*.test.ts', 'test/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/{adapters,app,courier,hosts,sandbox,faults}/**/*.test.ts'],
          pool: 'forks',
        },
      },
    ],
  },
})
