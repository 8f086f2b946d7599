import { describe, expect, it } from 'vitest'
import { answerPage, PAGE } from '../../../src-main/hosts/electron/page-protocol.ts'

const page = { type: 'text/html', bytes: new TextEncoder().encode('<p>') }
const files = new Map([
  ['/', page],
  ['/assets/main.js', { ...page, type: 'text/javascript' }],
])
const ask = (url: string, method = 'GET') => answerPage(files, { url, method })

describe('the window’s own protocol', () => {
  it('serves what is in the list, with its type and policy', async () => {
    const answer = ask(PAGE)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; .*connect-src 'none'/,
    )
    expect(await answer.text()).toBe('<p>')
    expect(ask('app://rekey/assets/main.js').status).toBe(200)
    expect(ask('APP://REKEY/').status).toBe(200)
    expect(ask('app://rekey/?a=b#c').status).toBe(200)
  })

  // the list is the same on every platform; these are the ways past a path that posix and win32 have known
  it.each([
    'app://rekey/../../etc/passwd',
    'app://rekey/%2e%2e/%2e%2e/etc/passwd',
    'app://rekey/..%2f..%2fetc/passwd',
    'app://rekey/..%5c..%5cwindows',
    'app://rekey/..\\..\\windows',
    'app://rekey/C:/windows/win.ini',
    'app://rekey//etc/passwd',
    'app://rekey/assets/main.js%00.png',
    'app://rekey/assets/main.js/',
    'app://rekey/assets',
    'app://rekey/__proto__',
    'app://rekey/constructor',
    'app://evil/',
    'app://rekey.evil/',
    'app://rekey:80/',
    'file:///etc/passwd',
    'https://rekey/',
    'not a url',
  ])('%s is not there', (url) => {
    const answer = ask(url)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('answers nothing but GET', () => {
    for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS']) expect(ask(PAGE, method).status).toBe(405)
  })
})
