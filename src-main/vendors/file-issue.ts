/** What is wrong with a vendor file, and where. Messages are our own words about the file; show them through escapeText. */
export type FileIssue = { readonly path: readonly (string | number)[]; readonly message: string }

export const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
