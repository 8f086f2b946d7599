import type { Result } from '../../src-contract/result.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type { SecretStore } from '../core/ports.ts'

type Opening = Promise<Result<SecretStore>>

/**
 * The keychains of a host: each is opened once, also where two ask for it in the same moment (the second would have a process
 * that nobody ends), and stays open until all are forgotten. What did not open is tried again at the next need.
 */
export function openStores(open: (kind: StoreKind) => Opening): {
  readonly open: (kind: StoreKind) => Opening
  readonly forget: () => Promise<void>
} {
  const known = new Map<StoreKind, Opening>()
  return {
    open: (kind) => {
      const before = known.get(kind)
      if (before) return before
      const drop = (): void => {
        if (known.get(kind) === opening) known.delete(kind)
      }
      const opening = open(kind)
      known.set(kind, opening)
      opening.then(({ ok }) => (ok ? undefined : drop()), drop)
      return opening
    },
    forget: async () => {
      const all = [...known.values()]
      known.clear()
      for (const opening of all) {
        const store = await opening.catch(() => null)
        if (store?.ok) await store.value.close()
      }
    },
  }
}
