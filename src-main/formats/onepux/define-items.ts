/** What is read of 1Password's export, as far as a value here depends on its shape; the rest may be anything. */
import { z } from 'zod'
import { limits } from '../define-format.ts'

const text = z.string().max(limits.value)
const time = z.number().nullish()

const loginField = z.object({
  value: text.nullish(),
  id: text.nullish(),
  name: text.nullish(),
  fieldType: text.nullish(),
  designation: text.nullish(),
})
const field = z.object({
  title: text.nullish(),
  id: text.nullish(),
  value: z.record(z.string(), z.unknown()).nullish(),
})
const section = z.object({ title: text.nullish(), fields: z.array(field.nullable()).nullish() })

const item = z.object({
  state: text.nullish(),
  trashed: z.boolean().nullish(),
  favIndex: z.number().nullish(),
  createdAt: time,
  updatedAt: time,
  categoryUuid: text.nullish(),
  details: z.object({
    loginFields: z.array(loginField.nullable()).nullish(),
    notesPlain: text.nullish(),
    sections: z.array(section.nullable()).nullish(),
    passwordHistory: z.array(z.unknown()).nullish(),
    documentAttributes: z.object({ fileName: text.nullish() }).nullish(),
    password: text.nullish(),
    passkey: z.unknown().optional(),
  }),
  overview: z.object({
    title: text.nullish(),
    url: text.nullish(),
    urls: z.array(z.object({ url: text.nullish() }).nullable()).nullish(),
    tags: z.array(text).nullish(),
  }),
})
export type OnePasswordItem = z.infer<typeof item>
export type OnePasswordField = z.infer<typeof field>

/** Early exports wrap every item once more. */
const wrapped = z.preprocess(
  (each) => (typeof each === 'object' && each !== null && 'item' in each ? each.item : each),
  item,
)
const named = z.object({ name: text.nullish(), accountName: text.nullish() }).nullish()
export const exportData = z.object({
  accounts: z.array(
    z.object({
      attrs: named,
      vaults: z.array(z.object({ attrs: named, items: z.array(wrapped).nullish() })).nullish(),
    }),
  ),
})
