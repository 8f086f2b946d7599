/**
 * SECURITY: E3, E20 — runs in an isolated world and puts one function an operation on the page, nothing of Electron itself: a
 * listener gets the event's data and never the event. Built as one classic script; the names are all it knows of the table.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { operationNames } from '../../../src-contract/operation-names.ts'
import { channelOf, EVENTS } from './channels.ts'

const operations = Object.fromEntries(
  operationNames.map((name) => [name, (input: unknown) => ipcRenderer.invoke(channelOf(name), input)]),
)

contextBridge.exposeInMainWorld('rekey', {
  operations,
  listen: (listener: (event: unknown) => void) => {
    const hear = (_event: unknown, data: unknown): void => listener(data)
    ipcRenderer.on(EVENTS, hear)
    return () => void ipcRenderer.off(EVENTS, hear)
  },
})
