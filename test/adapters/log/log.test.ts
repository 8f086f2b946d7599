import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLog } from '../../../src-main/adapters/log/log.ts'
import type { LogLevel } from '../../../src-main/adapters/log/log.ts'
import { Secret } from '../../../src-main/core/secret.ts'

function logged(level: LogLevel = 'info') {
  const lines: string[] = []
  return { lines, log: openLog({ level, sink: (line) => lines.push(line) }) }
}

describe('what reaches the sink', () => {
  it('is one line with time, kind, message and fields', () => {
    const { lines, log } = logged()
    log.info('rotation sent', { rotation: '01JABCDEFGHJKMNPQRSTVWXYZ0', tries: 2, ok: true, code: null })
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d{4}-.*Z info rotation sent rotation=01JABCDEFGHJKMNPQRSTVWXYZ0 tries=2 ok=true code=null$/,
      ),
    ])
  })

  it('cannot start a line or move a cursor', () => {
    const { lines, log } = logged()
    log.warn('a\nb \u001b[2K', { 'na\rme': 'x\u202ey\n2026 info all is well' })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('holds no secret that was named to it, whole or inside other text, in message, field or field name', () => {
    const { lines, log } = logged()
    log.redact(Secret.of('hunter2'))
    log.redact(Secret.of('say "please"'))
    log.redact(Secret.of(''))
    log.info('key hunter2', { a: 'xhunter2x', hunter2: 1, b: 'say "please"' })
    expect(lines[0]).not.toContain('hunter2')
    expect(lines[0]).not.toContain('please')
    expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(4)
  })

  it.each([
    ['hex', () => randomBytes(16).toString('hex')],
    ['base64', () => randomBytes(24).toString('base64')],
    ['base64url', () => randomBytes(24).toString('base64url')],
    ['prefixed', () => `uspl_${randomBytes(20).toString('hex')}`],
    ['letters only', () => 'AbCdEfGhIjKlMnOpQrStUvWxYz'],
    ['a uuid', () => crypto.randomUUID()],
    ['a basic header', () => `Basic ${Buffer.from(`alice:${randomBytes(20).toString('hex')}`).toString('base64')}`],
  ])('holds nothing that looks like a key: %s', (_, make) => {
    for (let n = 0; n < 200; n += 1) {
      const { lines, log } = logged()
      const key = make()
      log.info(`got ${key}!`, { field: key })
      expect(lines[0]).toMatch(/ info got (Basic )?\[redacted\]! field="(Basic )?\[redacted\]"$/)
    }
  })

  it.each([
    'keychain-locked-or-item-missing',
    'prod/scrapebit-crawler-2',
    '01JABCDEFGHJKMNPQRSTVWXYZ0',
    '2026-11-21',
    '9ab15d0e44f0a91f',
  ])('still says %s', (text) => {
    const { lines, log } = logged()
    log.info(text)
    expect(lines[0]).toContain(text)
  })
})

describe('levels', () => {
  it('let through what they say', () => {
    const say = (level: LogLevel): number => {
      const { lines, log } = logged(level)
      log.info('a')
      log.warn('b')
      return lines.length
    }
    expect([say('off'), say('warn'), say('info')]).toEqual([0, 1, 2])
  })

  it('are off on standard error unless REKEY_LOG=debug, and a closed pipe ends nothing', () => {
    const module = join(import.meta.dirname, '../../../src-main/adapters/log/log.ts')
    const script = `const { openLog } = await import(${JSON.stringify(module)}); openLog().info('here'); process.exitCode = 7`
    const run = (env: Record<string, string>, end = '') =>
      spawnSync('sh', ['-c', `"$0" --input-type=module -e "$1" ${end}`, process.execPath, script], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], ...env },
      })
    expect(run({})).toMatchObject({ stderr: '', stdout: '', status: 7 })
    expect(run({ REKEY_LOG: 'debug' })).toMatchObject({ stderr: expect.stringContaining(' info here\n'), stdout: '' })
    expect(run({ REKEY_LOG: 'debug' }, '2>&-')).toMatchObject({ status: 7 })
  })
})
