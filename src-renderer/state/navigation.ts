import { create } from 'zustand'

export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'due' }
  | { readonly kind: 'vendor'; readonly vendor: string }
  | { readonly kind: 'tag'; readonly tag: string }

export type Page = 'keys' | 'attention' | 'rotations' | 'settings' | 'doctor' | 'vendors' | 'import'
export type SortKey = 'state' | 'name' | 'age' | 'expiry'

type Navigation = {
  readonly page: Page
  readonly filter: Filter
  readonly query: string
  readonly sort: { readonly key: SortKey; readonly isDown: boolean }
  /** The row the keyboard is at. */
  readonly current: string | null
  readonly isDetailOpen: boolean
  readonly isSideOpen: boolean
  readonly selected: ReadonlySet<string>
  /** Where a range began, and what was selected before it; null where the next one begins anew. */
  readonly range: { readonly from: string; readonly before: ReadonlySet<string> } | null
}

export const useNavigation = create<Navigation>(() => ({
  page: 'keys',
  filter: { kind: 'all' },
  query: '',
  sort: { key: 'state', isDown: true },
  current: null,
  isDetailOpen: false,
  isSideOpen: false,
  selected: new Set(),
  range: null,
}))

const set = useNavigation.setState

export const goTo = (page: Page): void => set({ page, isSideOpen: false })
export const showFilter = (filter: Filter): void => set({ page: 'keys', filter, isSideOpen: false })
export const search = (query: string): void => set({ query })
export const openDetails = (name: string): void => set({ page: 'keys', current: name, isDetailOpen: true, range: null })
export const closeDetails = (): void => set({ isDetailOpen: false })
export const moveTo = (name: string): void => set({ current: name, range: null })
export const clearSelection = (): void => set({ selected: new Set(), range: null })

export const toggleSide = (): void => set(({ isSideOpen }) => ({ isSideOpen: !isSideOpen }))

export function sortBy(key: SortKey): void {
  set(({ sort }) => ({ sort: { key, isDown: sort.key === key ? !sort.isDown : true } }))
}

export function toggleSelected(name: string): void {
  set(({ selected }) => {
    const next = new Set(selected)
    if (!next.delete(name)) next.add(name)
    return { selected: next, range: { from: name, before: next }, current: name }
  })
}

/** Everything between where the range began and here, in the order shown. A row that it had reached and leaves is as it was. */
export function extendTo(name: string, shown: readonly string[]): void {
  set(({ range, current, selected }) => {
    const begun = range !== null && shown.includes(range.from) ? range : null
    const from = begun?.from ?? (current !== null && shown.includes(current) ? current : name)
    const before = begun?.before ?? selected
    const [low, high] = [shown.indexOf(from), shown.indexOf(name)].toSorted((a, b) => a - b)
    const picked = low === undefined || high === undefined ? [] : shown.slice(low, high + 1)
    return { selected: new Set([...before, ...picked]), range: { from, before }, current: name }
  })
}

export const selectAll = (shown: readonly string[]): void => set({ selected: new Set(shown), range: null })
