import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * What the tests need from the system beside Node. Debian as root gets what is missing; elsewhere the suites that need
 * it are skipped by name, and only continuous integration insists.
 */
type Component = {
  readonly name: string
  readonly debianPackage: string
  /** Only Linux has a Secret Service; elsewhere these suites do not exist. */
  readonly linuxOnly: boolean
  readonly isPresent: () => boolean
}

const answers = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).error === undefined

const hasLibrary = (name: string): boolean =>
  ['ldconfig', '/sbin/ldconfig'].some((ldconfig) => {
    const { stdout } = spawnSync(ldconfig, ['-p'], { encoding: 'utf8' })
    return typeof stdout === 'string' && stdout.includes(name)
  })

const program = (name: string, debianPackage: string, linuxOnly: boolean): Component => ({
  name,
  debianPackage,
  linuxOnly,
  isPresent: () => answers(name, '--version'),
})

/** Debian's own; the window's tests drive it. */
export const chromiumPath = '/usr/bin/chromium'

export const components: readonly Component[] = [
  program('gnome-keyring-daemon', 'gnome-keyring', true),
  program('dbus-daemon', 'dbus', true),
  program('dbus-send', 'dbus', true),
  {
    name: 'libsecret-1.so.0',
    debianPackage: 'libsecret-1-0',
    linuxOnly: true,
    isPresent: () => hasLibrary('libsecret-1.so.0'),
  },
  program('secret-tool', 'libsecret-tools', true),
  program('curl', 'curl', false),
  program('openssl', 'openssl', false),
  program('jq', 'jq', false),
  program('python3', 'python3', true),
  program('ps', 'procps', true),
  program('keepassxc-cli', 'keepassxc', true),
  program('age', 'age', true),
  {
    name: 'chromium',
    debianPackage: 'chromium',
    linuxOnly: true,
    isPresent: () => existsSync(chromiumPath),
  },
]

export const missingComponents = (): readonly Component[] =>
  components.filter(({ linuxOnly, isPresent }) => (!linuxOnly || process.platform === 'linux') && !isPresent())

const canInstall = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/etc/debian_version') &&
  answers('apt-get', '--version')

/** Installs what is missing where that needs no question; returns what is missing still. */
export function provideComponents(): readonly Component[] {
  const missing = missingComponents()
  if (missing.length === 0 || !canInstall()) return missing
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))]
  process.stderr.write(`test: installing ${packages.join(', ')}\n`)
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  const steps = [['update'], ['install', '--no-install-recommends', ...packages]]
  for (const step of steps) {
    const { status, stdout, stderr } = apt(...step)
    if (status !== 0) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  }
  return missingComponents()
}
