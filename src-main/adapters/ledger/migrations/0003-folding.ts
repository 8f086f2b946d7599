import type { Migration } from './migration.ts'

/**
 * The steps of a rotation that settled long ago become one row that says what they were. Only then, and only where that row is
 * there, may the others go; the row itself never does.
 */
export const folding: Migration = {
  version: 3,
  sql: `
    ALTER TABLE rotations ADD COLUMN folded INTEGER NOT NULL DEFAULT 0 CHECK (folded IN (0, 1));
    CREATE INDEX rotations_to_fold ON rotations (updated_at) WHERE settled = 1 AND folded = 0;
    DROP TRIGGER journal_is_not_deleted;
    CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
      WHEN OLD.step = 'folded'
        OR NOT EXISTS (SELECT 1 FROM journal AS f WHERE f.rotation_id = OLD.rotation_id AND f.step = 'folded')
      BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_is_folded_when_settled BEFORE INSERT ON journal
      WHEN NEW.step = 'folded'
        AND NOT EXISTS (SELECT 1 FROM rotations WHERE id = NEW.rotation_id AND settled = 1)
      BEGIN SELECT RAISE (ABORT, 'only what is settled is folded'); END;
  `,
}
