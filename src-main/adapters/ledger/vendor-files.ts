import type { Ledger } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { RowReader } from './row.ts'

/** Vendor files as rotations used them (recovery reads these), and the user's files that a person trusted. */
type VendorFiles = Pick<Ledger, 'saveVendorFile' | 'vendorFileText' | 'trustedFile' | 'trustFile'>

export function vendorFileTable(connection: Connection): VendorFiles {
  const { file } = connection
  const textOf = (hash: string): string | null => {
    const row = connection.get('SELECT text FROM vendor_files WHERE hash = ?', hash)
    return row ? new RowReader(row, file, `vendor file ${hash}`).text('text') : null
  }
  return {
    saveVendorFile(hash, vendorId, text) {
      // Nearly always there already: a read costs no fsync.
      if (textOf(hash) !== null) return
      connection.transaction(() => {
        connection.write(
          'INSERT INTO vendor_files (hash, vendor_id, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          hash,
          vendorId,
          text,
        )
      })
    },
    vendorFileText: textOf,
    trustedFile(path) {
      const row = connection.get('SELECT * FROM trusted_files WHERE path = ?', path)
      if (!row) return null
      const read = new RowReader(row, file, `trusted file ${path}`)
      return {
        path: read.text('path'),
        vendorId: read.text('vendor_id'),
        sha256: read.text('sha256'),
        text: read.text('text'),
        trustedAt: read.text('trusted_at'),
      }
    },
    trustFile(trusted) {
      connection.transaction(() => {
        connection.write(
          'INSERT OR REPLACE INTO trusted_files (path, vendor_id, sha256, text, trusted_at) VALUES (?, ?, ?, ?, ?)',
          trusted.path,
          trusted.vendorId,
          trusted.sha256,
          trusted.text,
          trusted.trustedAt,
        )
      })
    },
  }
}
