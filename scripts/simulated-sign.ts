import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { formatFault } from '../display-client/base/document.ts'
import { readCellFont } from '../display-client/paint/character-sign.ts'
import { ledPreview } from '../display-client/paint/led-preview.ts'
import { AlphaModel } from '../display-client/simulators/alpha-model.ts'
import { Am004Model } from '../display-client/simulators/am004-model.ts'
import { framesOf } from '../display-client/simulators/frames.ts'
import { HanoverModel } from '../display-client/simulators/hanover-model.ts'
import { IbisModel } from '../display-client/simulators/ibis-model.ts'
import { MobitecModel } from '../display-client/simulators/mobitec-model.ts'
import { startPseudoTerminal } from '../display-client/simulators/pseudo-terminal.ts'
import type { SignModel } from '../display-client/simulators/sign-model.ts'
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
}

const SIGNS: Readonly<Record<string, (options: Options) => SignModel>> = {
  alpha: ({ address }) => new AlphaModel(address, true),
  am004: ({ address, lines }) => new Am004Model(address, lines),
  ibis: ({ address, lines }) => new IbisModel(address, lines),
  hanover: ({ address, width, height }) => new HanoverModel(address, width, height),
  mobitec: ({ address, width, height }) => new MobitecModel(address, width, height),
}

function whole(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const command = new Command('simulated-sign')
  .description('A sign that shows in the terminal what a real one would show')
  .argument('<protocol>', Object.keys(SIGNS).join(', '))
  .option('--port <port>', 'where it listens, on 127.0.0.1; 0 = any free one', whole, 0)
  .option('--line <path>', 'make a pseudo-terminal there as well: a serial line to it (needs socat)')
  .option('--address <number>', 'its address on the line', whole, 1)
  .option('--lines <number>', 'of a sign of letters', whole, 1)
  .option('--columns <number>', 'of a sign of letters', whole, 20)
  .option('--width <px>', 'of a sign of dots', whole, 96)
  .addOption(new Option('--height <px>', 'of a sign of dots, a multiple of 8').default(16).argParser(whole))
  .option('--png <file>', 'write a picture of it there, each time it changes')
  .action(run)
await command.parseAsync()

async function run(protocol: string, options: Options): Promise<void> {
  const make = SIGNS[protocol]
  if (make === undefined)
    return command.error(`there is no ${protocol}; choose one of ${Object.keys(SIGNS).join(', ')}`)
  const font = await readCellFont()
  if (!font.ok) throw new Error(font.failure.map(formatFault).join('\n'))
  const sign = new SignSimulator(() => make(options), options.port)
  await sign.start()
  console.log(`connection: tcp://${sign.address}`)
  if (options.line !== undefined) {
    await startPseudoTerminal(options.line, sign.address)
    console.log(`connection: serial:${options.line}`)
  }
  let before = ''
  const look = async (): Promise<void> => {
    const now = JSON.stringify(sign.model.seen)
    if (now === before) return
    before = now
    const { seen } = sign.model
    const [frame] = framesOf(seen, options, font.value)
    if (frame === undefined) return
    console.log('pixels' in seen ? dots(seen) : seen.map((line) => `| ${line}`).join('\n'))
    for (const danger of sign.model.dangers.splice(0)) console.log(`! ${danger}`)
    if (options.png === undefined) return
    const picture = await ledPreview(frame, 6)
    if (picture.ok) await writeFile(options.png, picture.value)
    else console.error(picture.failure)
  }
  for (;;) {
    await look()
    await new Promise((done) => setTimeout(done, 100))
  }
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
