import { fakeElectron } from './electron.ts'

/** One stand-in for a test file that reads the host's own modules: `vi.mock('electron', async () => (await import(this)).fake.electron)`. */
export const fake = fakeElectron()
