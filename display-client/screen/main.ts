import './kijkuit-panel.ts'
import type { PanelMessage } from '../player/protocol.ts'
import type { KijkuitPanel } from './kijkuit-panel.ts'
import { keepQuiet } from './quiet.ts'
import { view } from './viewer.ts'

/** The page of one panel, `/panels/<id>/`: the panel, and what is around its alerts, at the upper left corner of its monitor. */
const id = decodeURIComponent(/^\/panels\/([^/]+)/.exec(location.pathname)?.[1] ?? '')
const element = document.querySelector<KijkuitPanel>('kijkuit-panel')
const idle = document.querySelector<HTMLElement>('kijkuit-idle')

keepQuiet(document)

if (element !== null && idle !== null && id !== '') {
  let panel: PanelMessage | undefined
  const configure = (): void => {
    if (panel !== undefined) element.configure(panel, largestPitch(panel))
  }
  addEventListener('resize', configure)
  view(
    id,
    element,
    (message) => {
      panel = message
      configure()
    },
    idle,
  )
}

/** The largest whole number of device px between dots with which the board fits this monitor. */
function largestPitch({ width, height }: PanelMessage): number {
  const room = Math.min(innerWidth / width, innerHeight / height) * devicePixelRatio
  return Math.max(1, Math.floor(room))
}
