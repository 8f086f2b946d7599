import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumPath } from '../scripts/system-components.ts'
import { fillLedger } from './ledger.ts'
import { interleave, percentile, ratioRow, timed, type Row } from './measure.ts'
import { cleanEnvironment, cli, mustRun } from './processes.ts'

/** The window with ten thousand keys against the same window with none; its weight; and how soon the desktop has a window. */
const credentials = 10_000
const dist = join(import.meta.dirname, '../dist')

/** A window over `rekey serve`; resolves when what a person came for can be used. */
async function openWindow(
  browser: Browser,
  home: string,
  ready: string,
): Promise<{ page: Page; ms: number; close: () => Promise<void> }> {
  const env = { ...cleanEnvironment(), REKEY_HOME: home, REKEY_KEYCHAIN: 'sealed' }
  const child = spawn(process.execPath, [cli, 'serve', '--no-open'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const url = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString()
      const found = /"url":"([^"]+)"/.exec(text)?.[1]
      if (found) resolve(found)
    })
  })
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 720 } })).newPage()
  const ms = await timed(async () => {
    await page.goto(url)
    await page.locator(ready).first().waitFor()
  })
  return {
    page,
    ms,
    close: async () => {
      await page.context().close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
    },
  }
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}

type TraceEvent = {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tid: number
  readonly pid: number
  readonly args: { readonly name?: string }
}

/** Main-thread work of each frame while somebody types, in milliseconds. */
async function framesWhileTyping(browser: Browser, page: Page): Promise<readonly number[]> {
  await page.locator('#search').focus()
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] })
  for (const letter of 'bench/key-012') {
    await page.keyboard.press(letter)
    await page.waitForTimeout(60)
  }
  for (let count = 0; count < 13; count += 1) {
    await page.keyboard.press('Backspace')
    await page.waitForTimeout(60)
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] }
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const ofMain = mains
    .map(({ pid, tid }) => traceEvents.filter((event) => event.pid === pid && event.tid === tid))
    .toSorted((a, b) => b.length - a.length)[0]
  const tasks = (ofMain ?? []).filter(({ name, ph }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X')
  const frames = new Map<number, number>()
  for (const { ts, dur = 0 } of tasks) {
    const frame = Math.floor(ts / 16_667)
    frames.set(frame, (frames.get(frame) ?? 0) + dur / 1000)
  }
  return [...frames.values()].filter((ms) => ms > 0.1)
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} kB`

/** What the page loads before anything is pressed: what its HTML names. The rest comes when it is needed. */
function weigh(): Row {
  const html = readFileSync(join(dist, 'renderer/index.html'), 'utf8')
  const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file ?? '')
  const weight = (file: string): number => gzipSync(readFileSync(join(dist, 'renderer', file))).length
  const bytes = first.reduce((sum, file) => sum + weight(file), 0)
  const later = readdirSync(join(dist, 'renderer/assets'))
    .map((file) => `assets/${file}`)
    .filter((file) => file.endsWith('.js') && !first.includes(file))
    .reduce((sum, file) => sum + weight(file), 0)
  return {
    what: 'renderer bundle, gzip',
    ours: `${kilobytes(bytes)}, later ${kilobytes(later)}`,
    theirs: '',
    value: kilobytes(bytes),
    target: '< 350 kB',
    isMet: first.length > 0 && bytes < 350 * 1024,
  }
}

export async function measureWindow(rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-window-'))
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  try {
    const full = join(folder, 'full')
    fillLedger(full, credentials)
    const heaps = { full: [] as number[], empty: [] as number[] }
    const frames: number[] = []
    const visit = async (kind: 'full' | 'empty', home: string, ready: string): Promise<number> => {
      const { page, ms, close } = await openWindow(browser, home, ready)
      await page.waitForTimeout(200)
      heaps[kind].push(await heapOf(page))
      if (kind === 'full') frames.push(...(await framesWhileTyping(browser, page)))
      await close()
      return ms
    }
    const opened = await interleave(rounds, {
      full: () => visit('full', full, '[role=grid] .row'),
      empty: () => visit('empty', join(folder, 'empty'), '.hello h1'),
    })
    const heap = percentile(heaps.full, 0.5) / percentile(heaps.empty, 0.5)
    const [median, worst] = [percentile(frames, 0.5), percentile(frames, 0.99)]
    const started = await interleave(rounds, {
      desktop: async () => {
        const env = { ...cleanEnvironment(), REKEY_HOME: join(folder, 'desktop'), REKEY_KEYCHAIN: 'sealed' }
        const ran = await mustRun(process.execPath, ['--no-warnings', join(import.meta.dirname, 'desktop-start.ts')], {
          env,
        })
        return Number(ran.stdout)
      },
      bare: () => timed(() => mustRun(process.execPath, ['-e', '0'], { env: cleanEnvironment() })),
    })
    return [
      ratioRow(`first list, ${credentials} credentials / empty window`, opened.full, opened.empty, 3),
      {
        what: `a frame while typing over ${credentials}`,
        ours: `p50 ${median.toFixed(1)} ms, p99 ${worst.toFixed(1)} ms`,
        theirs: '',
        value: `${worst.toFixed(1)} ms`,
        target: 'p50 < 16, p99 < 50',
        isMet: median < 16 && worst < 50,
      },
      {
        what: `renderer heap, ${credentials} credentials / empty window`,
        ours: kilobytes(percentile(heaps.full, 0.5)),
        theirs: kilobytes(percentile(heaps.empty, 0.5)),
        value: heap.toFixed(2),
        target: '< 3',
        isMet: heap < 3,
      },
      weigh(),
      ratioRow('desktop start to its window / node -e 0', started.desktop, started.bare, 5),
    ]
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
