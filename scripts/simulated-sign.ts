import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { formatFault } from '../display-client/base/document.ts'
import type { BitmapFont } from '../display-client/compose/bitmap-font.ts'
import { readCellFont } from '../display-client/paint/character-sign.ts'
import { ledPreview } from '../display-client/paint/led-preview.ts'
import { systemClock } from '../display-client/player/system-clock.ts'
import { AlphaModel } from '../display-client/simulators/alpha-model.ts'
import { Am004Model } from '../display-client/simulators/am004-model.ts'
import { framesOf } from '../display-client/simulators/frames.ts'
import { HanoverModel } from '../display-client/simulators/hanover-model.ts'
import { IbisModel } from '../display-client/simulators/ibis-model.ts'
import { MobitecModel } from '../display-client/simulators/mobitec-model.ts'
import { startPseudoTerminal } from '../display-client/simulators/pseudo-terminal.ts'
import { Rtigt047Display } from '../display-client/simulators/rtigt047-display.ts'
import type { Seen, SignModel, SimulatedSign } from '../display-client/simulators/sign-model.ts'
import { SignSimulator } from '../display-client/simulators/sign-simulator.ts'

/**
 * A sign to try a player on, without one: shows in the terminal what a real one would show.
 *
 * Run it with `node_modules/.bin/node scripts/simulated-sign.ts alpha`; `--help` lists the rest.
 */

interface Options {
  readonly port: number
  readonly address: number
  readonly lines: number
  readonly columns: number
  readonly width: number
  readonly height: number
  readonly png?: string
  readonly line?: string
  readonly broker: string
  readonly stop: string
  readonly vendor: string
  readonly device: string
}

const SIGNS: Readonly<Record<string, (options: Options) => SignModel>> = {
  alpha: ({ address }) => new AlphaModel(address, true),
  am004: ({ address, lines }) => new Am004Model(address, lines),
  ibis: ({ address, lines }) => new IbisModel(address, lines),
  hanover: ({ address, width, height }) => new HanoverModel(address, width, height),
  mobitec: ({ address, width, height }) => new MobitecModel(address, width, height),
}

const PROTOCOLS = [...Object.keys(SIGNS), 'rtigt047'].join(', ')

function whole(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const command = new Command('simulated-sign')
  .description('A sign that shows in the terminal what a real one would show')
  .argument('<protocol>', PROTOCOLS)
  .option('--port <port>', 'where it listens, on 127.0.0.1; 0 = any free one', whole, 0)
  .option('--line <path>', 'make a pseudo-terminal there as well: a serial line to it (needs socat)')
  .option('--address <number>', 'its address on the line', whole, 1)
  .option('--lines <number>', 'of a sign of letters', whole, 1)
  .option('--columns <number>', 'of a sign of letters', whole, 20)
  .option('--width <px>', 'of a sign of dots', whole, 96)
  .addOption(new Option('--height <px>', 'of a sign of dots, a multiple of 8').default(16).argParser(whole))
  .option('--broker <url>', 'of a display of RTIGT047, with MQTT 5', 'mqtt://127.0.0.1:1883')
  .option('--stop <name>', 'where such a display is', '1')
  .option('--vendor <name>', 'who made it', 'SIMULATED')
  .option('--device <name>', 'its own name', '1')
  .option('--png <file>', 'write a picture of it there, each time it changes')
  .action(run)
await command.parseAsync()

async function run(protocol: string, options: Options): Promise<void> {
  const font = await readCellFont()
  if (!font.ok) throw new Error(font.failure.map(formatFault).join('\n'))
  const { sign, dangers } = await start(protocol, options)
  let [before, turned, index] = ['', 0, 0]
  for (;;) {
    const { pages } = sign
    if (performance.now() - turned >= (pages[index]?.dwell ?? 0)) {
      turned = performance.now()
      index = (index + 1) % Math.max(1, pages.length)
    }
    const seen = pages[Math.min(index, pages.length - 1)]?.seen ?? []
    const now = JSON.stringify(seen)
    if (now !== before) await show(seen, options, font.value)
    before = now
    for (const danger of dangers.splice(0)) console.log(`! ${danger}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Switches a sign on, and says how to reach it. */
async function start(
  protocol: string,
  options: Options,
): Promise<{ readonly sign: SimulatedSign; readonly dangers: string[] }> {
  if (protocol === 'rtigt047') {
    const { broker: url, stop, vendor, device, lines, columns } = options
    const sign = new Rtigt047Display({
      ...{ url, version: 5, clock: systemClock() },
      device: { stop, vendor, device, lines, columns, canScroll: false },
    })
    await sign.powerOn()
    console.log(`output: ${JSON.stringify({ protocol: 'rtigt047', stop, vendor, device })}`)
    return { sign, dangers: sign.model.dangers }
  }
  const make = SIGNS[protocol]
  if (make === undefined) return command.error(`there is no ${protocol}; choose one of ${PROTOCOLS}`)
  const sign = new SignSimulator(() => make(options), options.port)
  await sign.start()
  console.log(`connection: tcp://${sign.address}`)
  if (options.line !== undefined) {
    await startPseudoTerminal(options.line, sign.address)
    console.log(`connection: serial:${options.line}`)
  }
  return { sign, dangers: sign.model.dangers }
}

async function show(seen: Seen, options: Options, font: BitmapFont): Promise<void> {
  console.log('pixels' in seen ? dots(seen) : seen.map((line) => `| ${line}`).join('\n'))
  const [frame] = framesOf(seen, options, font)
  if (frame === undefined || options.png === undefined) return
  const picture = await ledPreview(frame, 6)
  if (picture.ok) await writeFile(options.png, picture.value)
  else console.error(picture.failure)
}

/** Two rows of dots in each line of text. */
function dots({ width, height, pixels }: { width: number; height: number; pixels: Uint8Array }): string {
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) =>
    Array.from({ length: width }, (_column, x) => {
      const upper = pixels[2 * row * width + x] ?? 0
      const lower = pixels[(2 * row + 1) * width + x] ?? 0
      return ' ▀▄█'[(upper ? 1 : 0) + (lower ? 2 : 0)]
    }).join(''),
  ).join('\n')
}
