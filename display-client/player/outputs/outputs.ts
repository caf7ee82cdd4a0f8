import type { Clock } from '../../base/clock.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { protocolOf } from '../../paint/signs/protocols.ts'
import type { SerialLine } from '../../paint/signs/sign-protocol.ts'
import { readConnection, type SignAddress, type WiredOutput } from '../../panel/output-profile.ts'
import type { Panel } from '../../panel/profile.ts'
import { PanelChannel } from '../panel-channel.ts'
import { panelMessage } from '../panel-message.ts'
import { wireTo } from '../signs/open-wire.ts'
import { SignLink } from '../signs/sign-link.ts'
import { CharactersOutput } from './characters.ts'
import { FeedOutput, type SignSink } from './feed.ts'
import { LedOutput, type LedOutputParts } from './led.ts'
import type { Output } from './output.ts'
import { ScreenOutput } from './screen.ts'
import { SignOutput } from './sign.ts'

export interface OutputParts extends LedOutputParts {
  readonly clock: Clock
  /** 0 up to 1 */
  readonly random: () => number
  readonly signs: SignSink
  /** The dots of signs of characters. */
  readonly cellFont: BitmapFont
}

/** The output of each panel by its id: what a panel is decides which. */
export function outputsOf(panels: readonly Panel[], parts: OutputParts): ReadonlyMap<string, Output> {
  return new Map(panels.map((panel) => [panel.id, outputOf(panel, parts)]))
}

function outputOf(panel: Panel, parts: OutputParts): Output {
  const seen = viewedOutputOf(panel, parts)
  const wire = wireOf(panel)
  if (wire === undefined) return seen
  const { output, address } = wire
  const { clock, random, log } = parts
  const protocol = protocolOf(output, panel)
  const open = wireTo(address, lineOf(protocol.serial, output.serial), clock)
  const refresh = output.refresh * 1_000
  return new SignOutput(
    seen,
    protocol,
    new SignLink({ name: panel.id, protocol, open, refresh, clock, random, log }),
  )
}

/** The line of the protocol with what its owner has set otherwise. */
function lineOf(usual: SerialLine, own: WiredOutput['serial']): SerialLine {
  return {
    baud: own?.baud ?? usual.baud,
    dataBits: own?.dataBits ?? usual.dataBits,
    parity: own?.parity ?? usual.parity,
    stopBits: own?.stopBits ?? usual.stopBits,
  }
}

function viewedOutputOf(panel: Panel, parts: OutputParts): Output {
  const { clock, log, signs, cellFont } = parts
  const channel = new PanelChannel(panelMessage(panel, cellFont), clock, log)
  const { characters, pixels } = panel
  if (characters) return new FeedOutput(new CharactersOutput(channel, characters, cellFont), signs)
  if (pixels && pixels.font !== 'outline')
    return new FeedOutput(new LedOutput(channel, pixels.colours, parts), signs)
  return new ScreenOutput(channel)
}

/** The sign that a panel drives itself, and where it is; undefined when its profile has no connection to one. */
function wireOf({
  output,
}: Panel): { readonly output: WiredOutput; readonly address: SignAddress } | undefined {
  if (output === undefined || output.protocol === 'rtigt047') return undefined
  const address = readConnection(output.connection ?? '')
  return address && { output, address }
}

/** Whether a panel is a sign that somebody else drives: neither a screen, nor a sign that we speak to. */
export function isOffered(panel: Panel): boolean {
  const { characters, pixels, output } = panel
  const isSign = characters !== undefined || (pixels !== undefined && pixels.font !== 'outline')
  return isSign && output?.protocol !== 'rtigt047' && wireOf(panel) === undefined
}
