import type { BitmapFont } from '../compose/bitmap-font.ts'
import { surfaceOf } from '../compose/surface.ts'
import { characterFrameSize } from '../paint/character-sign.ts'
import type { Panel } from '../panel/profile.ts'
import { type PanelMessage, PROTOCOL } from './protocol.ts'

/** Distance between the dots of a sign of characters, mm: its profile counts in characters, and 5 mm is the usual small one. */
const CHARACTER_PITCH = 5

/** What a viewer must know of a panel. @param cellFont the dots of a sign of characters */
export function panelMessage(panel: Panel, cellFont: BitmapFont): PanelMessage {
  const { id, title, pixels, characters } = panel
  const size = characters ? characterFrameSize(characters, cellFont) : surfaceOf(panel)
  if (size === undefined) throw new Error(`panel ${id} has neither pixels nor characters`)
  return {
    type: 'panel',
    protocol: PROTOCOL,
    id,
    title,
    surface: pixels?.font === 'outline' ? 'screen' : 'matrix',
    ...size,
    pitch: pixels?.pitch ?? CHARACTER_PITCH,
  }
}
