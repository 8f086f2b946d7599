import { ofElectron } from './electron.ts'
import { ofTheHosts } from './hosts.ts'
import { ofTheCore } from './mitigations.ts'
import type { Mutation } from './mutation.ts'
import type { Row } from './rows.ts'

export const mutations: readonly Mutation[] = [...ofTheCore, ...ofTheHosts, ...ofElectron]

export type Edit = { readonly file: string; readonly text: string; readonly becomes: string }

/** What is changed in which files. */
export const editsOf = (mutation: Mutation, row: Row): readonly Edit[] => [
  { file: mutation.file ?? row.holds, text: mutation.text, becomes: mutation.becomes },
  ...(mutation.also ? [mutation.also] : []),
]

/** The test that must fail then. */
export const testOf = (mutation: Mutation, row: Row): { readonly test: string; readonly title: string } =>
  mutation.by ?? row

/** The file's text with the edit made; null where what is to be changed does not stand there once. */
export function edited(source: string, { text, becomes }: Edit): string | null {
  const [before, after, ...more] = source.split(text)
  return before === undefined || after === undefined || more.length > 0 ? null : `${before}${becomes}${after}`
}
