/** The browser's own question for a file; nothing happens where none is chosen. Only within a press or a key. */
export function pickFile(chosen: (file: File) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file) chosen(file)
  })
  input.click()
}
