/** Writes a file as an export does, and says so once all of it stands beside its place: node writer.ts folder path */
import { join } from 'node:path'
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'
import { openBegunExports } from '../../../src-main/adapters/vaults/begun-exports.ts'
import { openVaultFiles } from '../../../src-main/adapters/vaults/vault-files.ts'
import { ok } from '../../../src-contract/result.ts'

const [folder = '', path = ''] = process.argv.slice(2)
const begun = openBegunExports({ folder: join(folder, 'exports'), locks: openLocks(join(folder, 'locks')) })
const done = await openVaultFiles({ userFolder: null, begun }).write(path, Buffer.from('a key in clear'), {
  overwrite: false,
  look: async () => {
    const goOn = new Promise((resolve) => process.stdin.once('data', resolve))
    process.stdout.write('written\n')
    await goOn
    return ok(undefined)
  },
})
process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(done.ok ? 0 : 1))
