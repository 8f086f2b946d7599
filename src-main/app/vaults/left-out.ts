/** What readers that go by names said of them, over all the files of a folder. */
import type { LeftOut } from '../../../src-contract/vault-views.ts'
import type { VaultRead } from '../app-ports.ts'

/** Names that were taken for no keys, with the file of each. */
export const leftOutOf = (
  read: readonly (Pick<VaultRead, 'vault'> & { readonly fileName: string })[],
): readonly LeftOut[] =>
  read.flatMap(({ vault, fileName }) => (vault.leftOut ?? []).map((name) => ({ name, file: fileName })))

/** Names that somebody gave and none of the files has. */
export function absentFrom(read: readonly Pick<VaultRead, 'vault'>[]): readonly string[] {
  const [first = [], ...rest] = read.flatMap(({ vault }) => (vault.absent === undefined ? [] : [vault.absent]))
  return first.filter((name) => rest.every((each) => each.includes(name)))
}
