/** The browser's own question for a file; nothing happens where none is chosen. Only within a press or a key. */
export const pickFile = (chosen: (file: File) => void): void => pick(false, ([file]) => file && chosen(file))

/** The same for any number of them. */
export const pickFiles = (chosen: (files: readonly File[]) => void): void => pick(true, chosen)

/** A folder, as every file in it; there is none where it is empty. */
export const pickFolder = (chosen: (files: readonly File[]) => void): void =>
  ask((input) => {
    input.webkitdirectory = true
  }, chosen)

function pick(isMany: boolean, chosen: (files: readonly File[]) => void): void {
  ask(
    (input) => {
      input.multiple = isMany
    },
    (files) => files.length > 0 && chosen(files),
  )
}

function ask(prepare: (input: HTMLInputElement) => void, chosen: (files: readonly File[]) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  prepare(input)
  input.addEventListener('change', () => chosen([...(input.files ?? [])]))
  input.click()
}
