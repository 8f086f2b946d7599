/** A child of the tests: takes and gives back a lock in lockstep with its twin, and says in which rounds it got it. Arguments: folder, name, start, rounds. */
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'

const [folder = '', name = '', start = '', rounds = ''] = process.argv.slice(2)
const locks = openLocks(folder)
let got = ''
for (let round = 0; round < Number(rounds); round += 1) {
  while (Date.now() < Number(start) + round * 8);
  const lock = locks.exclusive(name)
  got += lock ? '1' : '0'
  const taken = performance.now()
  while (performance.now() - taken < 3);
  lock?.release()
}
process.stdout.write(got)
