import { rotationResult, type RotationResult } from '../../src-contract/views.ts'
import type { Held, World } from './world.ts'

/** The results that a process printed; a last line that its death cut short says nothing. */
export function resultsIn(stdout: string): readonly RotationResult[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter(Boolean)
    .map((line) => rotationResult.parse(JSON.parse(line)))
}

/** Requests to mint for this principal, as its vendor counted them. */
export const mintsOf = ({ sandbox }: World, { vendor, principal }: Held) =>
  sandbox.log.filter((entry) => entry.vendor === vendor && entry.class === 'mint' && entry.target === principal)

/** Holds one line to the vendor's truth, right after it was said. `old`: the key that was to be replaced. */
export async function checkTold(world: World, result: RotationResult, old: string | null): Promise<void> {
  const one = world.held.find(({ name }) => name === result.name)
  if (!one) return world.wrong(`a line about nobody: ${JSON.stringify(result)}`)
  const said = JSON.stringify(result)
  const { sandbox, keychain } = world
  if (old !== null && result.oldKey !== 'unknown' && sandbox.keyState(one.vendor, old) !== result.oldKey) {
    world.wrong(`untrue of the old key: ${said}`)
  }
  const item = await keychain.item(one.name)
  const isAlive = sandbox.keyState(one.vendor, item) === 'works'
  if (result.settled && !isAlive) world.wrong(`settled over a key that is dead: ${said}`)
  if (result.outcome === 'rotated' || result.outcome === 'old-key-alive') {
    if (item === old || !item.endsWith(result.newKey?.tail ?? '-')) world.wrong(`another key is kept: ${said}`)
  }
  if ((result.outcome === 'not-rotated' || result.outcome === 'refused') && old !== null && item !== old) {
    world.wrong(`says that nothing changed, but the item did: ${said}`)
  }
  if (result.outcome === 'lost' && sandbox.keyState(one.vendor, old ?? item) === 'works') {
    world.wrong(`lost, but the old key works: ${said}`)
  }
}
