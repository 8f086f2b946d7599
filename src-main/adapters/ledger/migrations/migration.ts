/** What brings a ledger from version - 1 to version. Once released, a migration is never edited. */
export type Migration = { readonly version: number; readonly sql: string }
