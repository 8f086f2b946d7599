import { userItem } from '../credentials/custody.ts'
import type { Secret } from '../secret.ts'
import type { Facts } from './machine-types.ts'
import type { Ready } from './prepare.ts'
import type { Run } from './run.ts'

/** The secret inputs that the vendor's re-read recipe needs; null if it has none or one is missing. */
export async function rereadSecrets(
  ready: Pick<Ready, 'vendor' | 'custody'>,
  itemName: string,
  has: readonly string[],
): Promise<Readonly<Record<string, Secret>> | null> {
  const needs = ready.vendor.rereadNeeds
  if (!needs || needs.some((input) => !has.includes(input))) return null
  const found: Record<string, Secret> = {}
  for (const input of needs) {
    const read = await ready.custody.readKnown(userItem(itemName, input))
    if (!read.ok) return null
    found[input] = read.value
  }
  return found
}

export const factsOf = (run: Run, oldAtStart: Facts['oldAtStart']): Facts => ({
  strategy: run.vendor.strategy,
  canProbe: run.vendor.probe !== null,
  isProbeFree: run.vendor.probe?.sideEffect === 'none' || run.vendor.probe?.sideEffect === 'audit',
  canReread: run.rereadSecrets !== null,
  hasOperator: run.operator !== null,
  oldAtStart,
})
