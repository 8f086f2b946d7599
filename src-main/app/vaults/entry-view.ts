/** An entry of a file and what would become of it, as a person is shown it. */
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import { Secret, tailOf } from '../../core/secret.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import type { Judged } from './judge.ts'
import { LONGEST_TAG, namesKept } from './kept.ts'

const isTaken = ({ doings }: Judged): boolean => doings.some((doing) => doing !== 'skip')

/** What a key that is replaced keeps of its own. */
export const stayingOf = ({ existing, outdone }: Judged): readonly { readonly what: string; readonly why: string }[] =>
  outdone.map((what) => ({ what, why: `${existing?.name} keeps its own` }))

export const entryView = (judged: Judged, renamedTo: string | null = null): PreviewEntry => ({
  index: judged.index,
  where: judged.entry.where,
  title: judged.entry.name,
  name: judged.name,
  kind: judged.kind,
  reason: judged.reason,
  existing: judged.existing?.name ?? null,
  vendor: judged.place.vendor,
  guess: judged.place.guess,
  missing: [...judged.place.missing],
  tail: judged.entry.secret === null ? null : tailOf(Secret.of(judged.entry.secret)),
  tags: tagsOf(judged.entry),
  baseUrl: judged.place.baseUrl,
  operator: judged.entry.rekey?.operator ?? null,
  unconfirmed: [...judged.place.unconfirmed],
  expiresAt: judged.entry.expiresAt,
  kept: isTaken(judged) ? [...namesKept(judged.kept)] : [],
  left: isTaken(judged) ? [...judged.entry.left.map(({ what, why }) => ({ what, why })), ...stayingOf(judged)] : [],
  renamedTo,
  doings: [...judged.doings],
  isUnclear: judged.isUnclear,
})

/** Folders become tags; a tag that is too long for one stays with the folder's name that is kept. */
export const tagsOf = (entry: VaultEntry): string[] =>
  [...new Set([...entry.tags, ...entry.folder])].filter((tag) => tag !== '' && tag.length <= LONGEST_TAG)
