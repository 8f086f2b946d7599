/** The browser's own question for a file; nothing happens where none is chosen. Only within a press or a key. */
export const pickFile = (chosen: (file: File) => void): void => pick(false, ([file]) => file && chosen(file))

/** The same for any number of them. */
export const pickFiles = (chosen: (files: readonly File[]) => void): void => pick(true, chosen)

function pick(isMany: boolean, chosen: (files: readonly File[]) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = isMany
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    if (files.length > 0) chosen(files)
  })
  input.click()
}
