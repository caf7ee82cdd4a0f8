import type { Clock } from '../../base/clock.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { Panel } from '../../panel/profile.ts'
import type { Log } from '../log.ts'
import { PanelChannel } from '../panel-channel.ts'
import { panelMessage } from '../panel-message.ts'
import { CharactersOutput } from './characters.ts'
import { LedOutput } from './led.ts'
import type { Output } from './output.ts'
import { ScreenOutput } from './screen.ts'
import { SignOutput, type SignSink } from './sign.ts'

export interface OutputParts {
  readonly clock: Clock
  readonly log: Log
  readonly signs: SignSink
  /** The dots of signs of characters. */
  readonly cellFont: BitmapFont
  /** The types of LED panels, of the library that is in use now. */
  fonts(): readonly BitmapFont[]
}

/** The output of each panel by its id: what a panel is decides which. */
export function outputsOf(panels: readonly Panel[], parts: OutputParts): ReadonlyMap<string, Output> {
  return new Map(panels.map((panel) => [panel.id, outputOf(panel, parts)]))
}

function outputOf(panel: Panel, { clock, log, signs, cellFont, fonts }: OutputParts): Output {
  const channel = new PanelChannel(panelMessage(panel, cellFont), clock, log)
  const { characters, pixels } = panel
  if (characters) return new SignOutput(new CharactersOutput(channel, characters, cellFont), signs)
  if (pixels && isSign(panel)) return new SignOutput(new LedOutput(channel, pixels.colours, fonts), signs)
  return new ScreenOutput(channel)
}

/** Whether a panel is a sign, which its own controller drives, and no screen, which paints what it is sent. */
export function isSign({ characters, pixels }: Panel): boolean {
  return characters !== undefined || (pixels !== undefined && pixels.font !== 'outline')
}
