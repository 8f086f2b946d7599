import type { Migration } from './migration.ts'

/**
 * What an import says of a credential's address and operator counts only once a person confirmed it; and while an import
 * writes to the keychain, the ledger knows which items it touches, so that a crash in the middle is undone.
 */
export const imports: Migration = {
  version: 2,
  sql: `
    ALTER TABLE credentials ADD COLUMN unconfirmed TEXT NOT NULL DEFAULT '[]';
    CREATE TABLE imports (
      id TEXT PRIMARY KEY,
      at TEXT NOT NULL,
      store TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('writing', 'clearing')),
      items TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}
