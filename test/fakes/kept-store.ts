import { err, ok } from '../../src-contract/result.ts'
import { itemProblem, valueProblem } from '../../src-main/adapters/keychain/item-rules.ts'
import type { SecretStore } from '../../src-main/core/ports.ts'
import type { Secret } from '../../src-main/core/secret.ts'

/** A keychain that outlives the app that uses it: what the OS's own does when a process dies. */
export function keptStore(items = new Map<string, Secret>()): SecretStore & { readonly items: Map<string, Secret> } {
  const at = (item: { readonly service: string; readonly account: string }): string => `${item.service} ${item.account}`
  return {
    kind: 'sealed',
    items,
    prove: async () => ok(undefined),
    read: async (item) => {
      const problem = itemProblem(item)
      return problem ? err(problem) : ok(items.get(at(item)) ?? null)
    },
    write: async (item, secret) => {
      const problem = itemProblem(item) ?? valueProblem(secret, null)
      if (problem) return { kind: 'not-written', failure: problem }
      items.set(at(item), secret)
      return { kind: 'written' }
    },
    remove: async (item) => {
      items.delete(at(item))
      return ok(undefined)
    },
    describe: async () => ok('a store of the tests'),
    close: async () => undefined,
  }
}
