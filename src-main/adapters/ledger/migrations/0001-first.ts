import type { Migration } from './migration.ts'

/**
 * No column holds a secret in clear: fingerprints are keyed hashes, tails are four characters. Journal rows can only be
 * added. One credential a name, a principal and a secret; one open rotation a credential.
 */
export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE credentials (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL COLLATE NOCASE,
      label TEXT,
      vendor TEXT NOT NULL,
      base_url TEXT,
      origin TEXT NOT NULL,
      inputs TEXT NOT NULL,
      secret_inputs TEXT NOT NULL,
      subject TEXT,
      operator_id TEXT REFERENCES credentials (id),
      tags TEXT NOT NULL,
      used_by TEXT NOT NULL,
      store TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      tail TEXT,
      created_at TEXT NOT NULL,
      rotated_at TEXT,
      verified_at TEXT,
      expires_at TEXT,
      max_age_days INTEGER,
      ca_pem TEXT,
      pin_sha256 TEXT
    ) STRICT;
    CREATE UNIQUE INDEX one_credential_a_name ON credentials (name);
    CREATE UNIQUE INDEX one_credential_a_subject ON credentials (vendor, origin, subject) WHERE subject IS NOT NULL;
    CREATE UNIQUE INDEX one_credential_a_secret ON credentials (fingerprint);
    CREATE INDEX credentials_by_operator ON credentials (operator_id) WHERE operator_id IS NOT NULL;

    CREATE TABLE fingerprints (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
      fingerprint TEXT NOT NULL,
      at TEXT NOT NULL,
      UNIQUE (credential_id, fingerprint)
    ) STRICT;

    CREATE TABLE rotations (
      id TEXT PRIMARY KEY,
      credential_id TEXT NOT NULL,
      strategy TEXT NOT NULL,
      state TEXT NOT NULL,
      reached TEXT NOT NULL,
      snapshot TEXT NOT NULL,
      outcome TEXT,
      settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
      code TEXT,
      retry_at TEXT,
      old_key TEXT NOT NULL,
      new_fingerprint TEXT,
      new_tail TEXT,
      rescues TEXT REFERENCES rotations (id),
      dismissed INTEGER NOT NULL CHECK (dismissed IN (0, 1)),
      started_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_open_rotation_a_credential ON rotations (credential_id) WHERE settled = 0;
    CREATE INDEX rotations_by_credential ON rotations (credential_id);

    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      rotation_id TEXT NOT NULL REFERENCES rotations (id),
      at TEXT NOT NULL,
      step TEXT NOT NULL,
      mints INTEGER NOT NULL CHECK (mints IN (0, 1)),
      phase TEXT NOT NULL CHECK (phase IN ('intent', 'done')),
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX journal_by_rotation ON journal (rotation_id);
    CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
      BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
      BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;

    CREATE TABLE history (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      credential_id TEXT,
      name TEXT NOT NULL COLLATE NOCASE,
      event TEXT NOT NULL,
      rotation_id TEXT,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_by_time ON history (at_ms, seq);
    CREATE INDEX history_by_name ON history (name, at_ms, seq);
    CREATE INDEX history_by_credential ON history (credential_id) WHERE credential_id IS NOT NULL;

    CREATE TABLE internal_keys (
      store TEXT NOT NULL,
      purpose TEXT NOT NULL,
      key_id TEXT NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY (store, purpose)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pace (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      scope TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX pace_by_scope ON pace (scope, at_ms);

    CREATE TABLE vendor_files (
      hash TEXT PRIMARY KEY,
      vendor_id TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE trusted_files (
      path TEXT PRIMARY KEY,
      vendor_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      text TEXT NOT NULL,
      trusted_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}
