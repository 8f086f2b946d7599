import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { checkShapes } from './shapes.ts'
import { act, fillIn, linesOf, normalise, parseTranscript, valuesOf } from './transcript.ts'
import { openWorld } from './world.ts'

/**
 * The command line to the letter: each transcript of transcripts/ runs as real processes against vendors of its own, and
 * every line of output, message and exit code is compared. Whatever `--json` prints is held to the contract's schemas too.
 */
const folder = join(import.meta.dirname, 'transcripts')
/** REKEY_RECORD=1 writes what was seen into the transcripts, to be read with care before it is kept. */
const isRecording = process.env['REKEY_RECORD'] === '1'

describe.skipIf(process.platform === 'win32').concurrent('transcripts', () => {
  for (const file of readdirSync(folder).sort()) {
    it(file.replace('.txt', '').replaceAll('-', ' '), { timeout: 300_000 }, async ({ expect }) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const lines = text.split('\n')
      const seen = new Map<number, readonly string[]>()
      const world = await openWorld()
      try {
        const values = valuesOf(world)
        for (const step of parseTranscript(text)) {
          if (step.kind === 'do') {
            await act(world, values, step)
            continue
          }
          const stdin = step.stdin === null ? '' : `${step.stdin.map((line) => fillIn(line, values)).join('\n')}\n`
          const ran = await world.sh(fillIn(step.command, values), stdin)
          const actual = {
            at: `${file}:${step.line} $ ${step.command}`,
            stdout: linesOf(normalise(ran.stdout, values)),
            stderr: linesOf(normalise(ran.stderr, values)),
            code: ran.code,
          }
          seen.set(step.line, [
            ...actual.stdout.map((line) => `> ${line}`.trimEnd()),
            ...actual.stderr.map((line) => `! ${line}`.trimEnd()),
            ...(actual.code === 0 ? [] : [`? ${actual.code}`]),
          ])
          if (!isRecording) expect(actual).toEqual({ at: actual.at, ...step.expected })
          checkShapes(step.command, ran)
        }
      } finally {
        await world.close()
        if (isRecording) writeFileSync(join(folder, file), recorded(lines, seen))
      }
    })
  }
})

function recorded(lines: readonly string[], seen: ReadonlyMap<number, readonly string[]>): string {
  const kept: string[] = []
  let pending: readonly string[] = []
  for (const [index, line] of lines.entries()) {
    if (/^[>!?]( |$)/.test(line)) continue
    if (!line.startsWith('< ')) {
      kept.push(...pending)
      pending = []
    }
    kept.push(line)
    if (line.startsWith('$ ')) pending = seen.get(index + 1) ?? []
  }
  return [...kept, ...pending].join('\n')
}
