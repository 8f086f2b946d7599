import { expect, it, vi } from 'vitest'
import { desktopServices } from '../../../src-main/hosts/electron/desktop-services.ts'

/** The last gate before an address leaves for the system, which starts whatever program is registered for it. */
const opened: string[] = []
vi.mock(import('electron'), () => {
  const shell = { openExternal: async (url: string) => void opened.push(url) }
  return { app: { getVersion: () => '0' }, dialog: {}, shell } as never
})

it('opens https and nothing else, whoever asks', async () => {
  const services = desktopServices({
    settings: null as never,
    clipboard: null as never,
    offerPassphrase: null as never,
    fixedStore: null,
  })
  const open = services.openLink ?? expect.unreachable('the desktop opens links')
  const others = ['http://a.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'smb://a/b']
  for (const url of [...others, 'ms-msdt:/id', 'vbscript:x', 'mailto:a@b.example', 'app://rekey/', ' file:///x'])
    expect(await open(url), url).toBe(false)
  await expect(open('no address')).rejects.toThrow()
  expect(opened).toEqual([])
  expect(await open('https://dashboard.example/keys')).toBe(true)
  expect(opened).toEqual(['https://dashboard.example/keys'])
})
