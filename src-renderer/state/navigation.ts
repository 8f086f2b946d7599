import { create } from 'zustand'

export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'due' }
  | { readonly kind: 'vendor'; readonly vendor: string }
  | { readonly kind: 'tag'; readonly tag: string }

export type Page = 'keys' | 'attention' | 'rotations' | 'settings' | 'doctor' | 'vendors'
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
  /** Where a range selection began. */
  readonly anchor: string | null
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
  anchor: null,
}))

const set = useNavigation.setState

export const goTo = (page: Page): void => set({ page, isSideOpen: false })
export const showFilter = (filter: Filter): void => set({ page: 'keys', filter, isSideOpen: false })
export const search = (query: string): void => set({ query })
export const openDetails = (name: string): void => set({ page: 'keys', current: name, isDetailOpen: true })
export const closeDetails = (): void => set({ isDetailOpen: false })
export const moveTo = (name: string): void => set({ current: name })
export const clearSelection = (): void => set({ selected: new Set(), anchor: null })

export const toggleSide = (): void => set(({ isSideOpen }) => ({ isSideOpen: !isSideOpen }))

export function sortBy(key: SortKey): void {
  set(({ sort }) => ({ sort: { key, isDown: sort.key === key ? !sort.isDown : true } }))
}

export function toggleSelected(name: string): void {
  set(({ selected }) => {
    const next = new Set(selected)
    if (!next.delete(name)) next.add(name)
    return { selected: next, anchor: name, current: name }
  })
}

/** Everything between where the selection began and here, in the order shown. */
export function extendTo(name: string, shown: readonly string[]): void {
  set(({ anchor, current, selected }) => {
    const from = shown.indexOf(anchor ?? current ?? name)
    const to = shown.indexOf(name)
    const [low, high] = from < to ? [from, to] : [to, from]
    return {
      selected: new Set([...selected, ...shown.slice(Math.max(0, low), high + 1)]),
      anchor: anchor ?? current ?? name,
      current: name,
    }
  })
}

export const selectAll = (shown: readonly string[]): void => set({ selected: new Set(shown) })
