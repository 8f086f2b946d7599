import { LedgerError } from '../../core/ports.ts'
import type { Row } from './connection.ts'
import { unreadable } from './sqlite-failure.ts'

/**
 * Reads columns back with a check each: a row that does not hold what it should is named, never guessed at and never
 * deleted. Written by hand: a schema library would cost `list` more than the database does.
 */
export class RowReader {
  readonly #row: Row
  readonly #file: string
  readonly #what: string

  /** `what` names the row in the failure: "credential 01J…". */
  constructor(row: Row, file: string, what: string) {
    this.#row = row
    this.#file = file
    this.#what = what
  }

  text(column: string): string {
    const value = this.#row[column]
    return typeof value === 'string' ? value : this.#refuse(column)
  }

  textOrNull(column: string): string | null {
    return this.#row[column] === null ? null : this.text(column)
  }

  integerOrNull(column: string): number | null {
    const value = this.#row[column]
    return value === null || isInteger(value) ? value : this.#refuse(column)
  }

  flag(column: string): boolean {
    return this.integerOrNull(column) === 1
  }

  oneOf<T extends string>(column: string, values: readonly T[]): T {
    const value = this.#row[column]
    return values.find((known) => known === value) ?? this.#refuse(column)
  }

  oneOfOrNull<T extends string>(column: string, values: readonly T[]): T | null {
    return this.#row[column] === null ? null : this.oneOf(column, values)
  }

  json<T>(column: string, is: (value: unknown) => value is T): T {
    const value = parsed(this.text(column))
    return is(value) ? value : this.#refuse(column)
  }

  #refuse(column: string): never {
    throw new LedgerError(unreadable(this.#file, `${this.#what} has an unreadable ${column.replaceAll('_', ' ')}`))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isInteger = (value: unknown): value is number => Number.isInteger(value)
export const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value)

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)
export const isTextMap = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every(isText)

/**
 * `name = ?n` for each column after the first, which is the id and stays: a row whose id is set, be it to itself, has SQLite look
 * through every row that may refer to it.
 */
export const assignments = (columns: Readonly<Record<string, unknown>>): string =>
  Object.keys(columns)
    .flatMap((name, at) => (at === 0 ? [] : [`${name} = ?${at + 1}`]))
    .join(', ')
