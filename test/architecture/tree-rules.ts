/** Rules on names, sizes and folders, over paths from the root. Each returns what is wrong. */

const drawers = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'manager',
  'managers',
  'service',
  'services',
  'shared',
  'misc',
  'lib',
])
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Every part of the path is kebab-case and no part is a drawer that anything may be put in. */
export function nameViolations(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    path.split('/').flatMap((part) => {
      const [stem = '', ...suffixes] = part.split('.')
      if (drawers.has(stem)) return [`${path}: ${stem} says nothing about what is inside`]
      return kebab.test(stem) && suffixes.every((suffix) => kebab.test(suffix)) ? [] : [`${path}: not kebab-case`]
    }),
  )
}

export function sizeViolations(files: readonly { readonly path: string; readonly lines: number }[]): string[] {
  return files.flatMap(({ path, lines }) => {
    const limit = path.startsWith('test/') ? 500 : 400
    return lines > limit ? [`${path}: ${lines} lines, ${limit} at most`] : []
  })
}

export function emptyFolders(files: readonly string[], folders: readonly string[]): string[] {
  return folders
    .filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)))
    .map((folder) => `${folder}: is empty`)
}
