export type WindowState = { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number }

export const defaultState: WindowState = { width: 1100, height: 720 }

/** A kept place as numbers, or the default. */
export function stateFrom(kept: unknown): WindowState {
  if (typeof kept !== 'object' || kept === null) return defaultState
  const { x, y, width, height } = kept as Record<string, unknown>
  const isSize = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= 300 && Number(value) <= 20_000
  if (!isSize(width) || !isSize(height)) return defaultState
  return Number.isInteger(x) && Number.isInteger(y) ? { x: Number(x), y: Number(y), width, height } : { width, height }
}
