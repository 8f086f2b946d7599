/**
 * Electron's two worlds in a real page. The preload runs in an isolated one and has `electron` there; the page has what the
 * preload exposed, and no more. Between them go texts: functions are called by number, as the real bridge does it.
 */
import type { CDPSession, Page } from 'playwright-core'

type Invoke = (channel: string, input: unknown) => Promise<unknown>

/** The page's end. Runs in its world before anything of its own. */
function pageEnd(): void {
  const waiting = new Map<number, (answer: unknown) => void>()
  const listeners: ((data: unknown) => void)[] = []
  let last = 0
  let returned: unknown
  const tell = (what: string, detail: unknown) =>
    dispatchEvent(new CustomEvent(`preload-${what}`, { detail: JSON.stringify(detail) }))
  const hear = (what: string, act: (detail: never) => void) =>
    addEventListener(`page-${what}`, (event) => act(JSON.parse((event as CustomEvent<string>).detail) as never))
  const call = (path: readonly string[], given: readonly unknown[]): unknown => {
    const id = (last += 1)
    const args = given.map((each) =>
      typeof each === 'function' ? { listener: listeners.push(each as (data: unknown) => void) - 1 } : { value: each },
    )
    const answer = new Promise((resolve) => waiting.set(id, resolve))
    returned = answer
    tell('call', { id, path, args })
    return returned
  }
  type Shape = { readonly [key: string]: true | Shape }
  const built = (shape: Shape, path: readonly string[]): object =>
    Object.fromEntries(
      Object.entries(shape).map(([key, inner]) => {
        const here = [...path, key]
        return [key, inner === true ? (...args: unknown[]) => call(here, args) : built(inner, here)]
      }),
    )
  hear('expose', ({ name, shape }: { name: string; shape: Shape }) =>
    Object.defineProperty(globalThis, name, { value: Object.freeze(built(shape, [])) }),
  )
  hear('function', ({ id }: { id: number }) => (returned = () => tell('end', { id })))
  hear('answer', ({ id, value }: { id: number; value: unknown }) => waiting.get(id)?.(value))
  hear('heard', ({ listener, data }: { listener: number; data: unknown }) => listeners[listener]?.(data))
}

/** The preload's end, with what it may require. Runs in the isolated world; `toMain` is there and nowhere else. */
function preloadEnd(): void {
  const world = globalThis as unknown as Record<string, unknown> & { toMain(text: string): void }
  const waiting = new Map<number, (answer: unknown) => void>()
  const fromMain = new Set<(event: object, data: unknown) => void>()
  const ends = new Map<number, () => void>()
  let last = 0
  const tell = (what: string, detail: unknown) =>
    dispatchEvent(new CustomEvent(`page-${what}`, { detail: JSON.stringify(detail) }))
  const hear = (what: string, act: (detail: never) => void) =>
    addEventListener(`preload-${what}`, (event) => act(JSON.parse((event as CustomEvent<string>).detail) as never))
  world['answered'] = (id: number, answer: unknown) => waiting.get(id)?.(answer)
  world['said'] = (data: unknown) => fromMain.forEach((listener) => listener({}, data))
  const shapeOf = (api: object): object =>
    Object.fromEntries(
      Object.entries(api).map(([key, inner]) => [key, typeof inner === 'function' ? true : shapeOf(inner as object)]),
    )
  type Given = { readonly id: number; readonly path: string[]; readonly args: { listener?: number; value?: unknown }[] }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: object) => {
        hear('call', ({ id, path, args }: Given) => {
          const found = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], api)
          const result: unknown = (found as (...given: unknown[]) => unknown)(
            ...args.map(({ listener, value }) =>
              listener === undefined ? value : (data: unknown) => tell('heard', { listener, data }),
            ),
          )
          if (typeof result === 'function') {
            ends.set(id, result as () => void)
            tell('function', { id })
          } else void Promise.resolve(result).then((value) => tell('answer', { id, value }))
        })
        tell('expose', { name, shape: shapeOf(api) })
      },
    },
    ipcRenderer: {
      invoke: (channel: string, input: unknown) => {
        const id = (last += 1)
        world.toMain(JSON.stringify({ id, channel, input }))
        return new Promise((resolve) => waiting.set(id, resolve))
      },
      on: (_channel: string, listener: (event: object, data: unknown) => void) => fromMain.add(listener),
      off: (_channel: string, listener: (event: object, data: unknown) => void) => fromMain.delete(listener),
    },
  }
  hear('end', ({ id }: { id: number }) => ends.get(id)?.())
  world['require'] = (name: string) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`)
    return electron
  }
}

const WORLD = 'preload'

/** Puts the preload into every document of this page from now on; what it gives back speaks to the page as main does. */
export async function withPreload(page: Page, preload: string, invoke: Invoke): Promise<(data: unknown) => void> {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  let world = -1
  await cdp.send('Page.enable')
  await cdp.send('Runtime.enable')
  await cdp.send('Runtime.addBinding', { name: 'toMain', executionContextName: WORLD })
  await page.addInitScript(pageEnd)
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName: WORLD,
    source: `(${preloadEnd.toString()})();((require) => {${preload}})(globalThis.require)`,
  })
  const evaluate = (contextId: number, expression: string) =>
    cdp.send('Runtime.evaluate', { contextId, expression }).then(
      () => undefined,
      () => undefined, // the document went meanwhile
    )
  cdp.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
    world = executionContextId
    const { id, channel, input } = JSON.parse(payload) as { id: number; channel: string; input: unknown }
    void invoke(channel, input).then((answer) =>
      evaluate(executionContextId, `globalThis.answered(${id}, ${JSON.stringify(answer)})`),
    )
  })
  return (data) => void evaluate(world, `globalThis.said(${JSON.stringify(data)})`)
}
