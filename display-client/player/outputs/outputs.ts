import type { Clock } from '../../base/clock.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { Panel } from '../../panel/profile.ts'
import { PanelChannel } from '../panel-channel.ts'
import { panelMessage } from '../panel-message.ts'
import { CharactersOutput, type SignSink } from './characters.ts'
import { LedOutput, type LedOutputParts } from './led.ts'
import type { Output } from './output.ts'
import { ScreenOutput } from './screen.ts'

export interface OutputParts extends LedOutputParts {
  readonly clock: Clock
  readonly signs: SignSink
  /** The dots of signs of characters. */
  readonly cellFont: BitmapFont
}

/** The output of each panel by its id: what a panel is decides which. */
export function outputsOf(panels: readonly Panel[], parts: OutputParts): ReadonlyMap<string, Output> {
  return new Map(panels.map((panel) => [panel.id, outputOf(panel, parts)]))
}

function outputOf(panel: Panel, parts: OutputParts): Output {
  const { clock, log, signs, cellFont } = parts
  const channel = new PanelChannel(panelMessage(panel, cellFont), clock, log)
  const { characters, pixels } = panel
  if (characters) return new CharactersOutput(channel, characters, cellFont, signs)
  if (pixels && pixels.font !== 'outline') return new LedOutput(channel, pixels.colours, parts)
  return new ScreenOutput(channel)
}
