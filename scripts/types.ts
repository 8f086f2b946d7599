import { spawnSync } from 'node:child_process'

/** Type-checks each zone against its own platform, so that a zone without Node or DOM cannot name either. */
const zones = ['src-contract', 'src-main/core', 'src-main/vendors', 'src-main', 'src-renderer', 'test/e2e', '.']
let failed = false
for (const zone of zones) {
  const { status } = spawnSync('tsc', ['-p', zone], { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) {
    failed = true
    console.error(`types: ${zone} failed`)
  }
}
process.exit(failed ? 1 : 0)
