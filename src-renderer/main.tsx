import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { setClient } from './client/client.ts'
import { desktopClient } from './client/desktop-client.ts'
import { webClient } from './client/web-client.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import './styles/list.css'
import './styles/details.css'
import './styles/dialogs.css'
import './styles/rotation.css'
import './styles/views.css'
import './styles/forms.css'
import './styles/edges.css'
import './styles/vaults.css'
import './styles/forced-colours.css'

const bridge = globalThis.rekey
const web = bridge === undefined ? webClient() : null
setClient(bridge === undefined ? (web ?? webClient()) : desktopClient(bridge))

const root = document.querySelector('#root')
if (root) createRoot(root).render(<App web={web} />)
