import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../display-client/base/clock.ts'
import type { Disposable } from '../../display-client/base/disposal.ts'
import { formatFault } from '../../display-client/base/document.ts'
import { type BitmapFont, parseFont } from '../../display-client/compose/bitmap-font.ts'
import { doubled } from '../../display-client/compose/doubled.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { AlphaModel } from '../../display-client/simulators/alpha-model.ts'
import { Am004Model } from '../../display-client/simulators/am004-model.ts'
import { signOf } from '../../display-client/simulators/controlled-sign.ts'
import { HanoverModel } from '../../display-client/simulators/hanover-model.ts'
import { IbisModel } from '../../display-client/simulators/ibis-model.ts'
import { MobitecModel } from '../../display-client/simulators/mobitec-model.ts'
import { Rtigt047Display } from '../../display-client/simulators/rtigt047-display.ts'
import { SignController } from '../../display-client/simulators/sign-controller.ts'
import type { SignModel, SimulatedSign } from '../../display-client/simulators/sign-model.ts'
import { SignSimulator } from '../../display-client/simulators/sign-simulator.ts'

/** A panel of the demo whose sign is simulated: the player reaches it as it would reach a real one. */
export interface DemoSign {
  /** Its id. */
  readonly panel: string
  readonly sign: SimulatedSign
}

/** A sign on TCP, and the panel that drives it. */
interface Wired {
  readonly panel: string
  readonly preset: string
  readonly wire: string
  /** What differs from the preset; the connection is added to its output. */
  readonly changes?: Readonly<Record<string, unknown>>
  readonly output: Readonly<Record<string, unknown>>
  make(): SignModel
}

const WIRED: readonly Wired[] = [
  {
    ...{ panel: 'ticker-1x20', preset: 'ticker-1x20', wire: 'Alpha over TCP' },
    output: { protocol: 'alpha', address: 1, acknowledges: true },
    make: () => new AlphaModel(1, true, 'Welkom in Utrecht'),
  },
  {
    ...{ panel: 'shop-window-3x16', preset: 'stop-display-3x26', wire: 'AM004 over TCP' },
    changes: { title: 'Shop window 3x16', characters: { columns: 16, repertoire: 'ascii' } },
    output: { protocol: 'am004' },
    make: () => new Am004Model(1, 3, ['Bakkerij Bos', 'Vandaag open', 'tot 18.00 uur']),
  },
  {
    ...{ panel: 'bus-interior-1x24', preset: 'bus-interior-1x24', wire: 'IBIS over TCP' },
    output: { protocol: 'ibis', telegram: 'DS009b', address: 3 },
    make: () => new IbisModel(3, 1),
  },
  {
    ...{ panel: 'led-96x16', preset: 'led-96x16', wire: 'Hanover over TCP' },
    output: { protocol: 'hanover' },
    make: () => new HanoverModel(1, 96, 16),
  },
  {
    ...{ panel: 'bus-front-112x16', preset: 'bus-front-112x16', wire: 'Mobitec over TCP' },
    output: { protocol: 'mobitec' },
    make: () => new MobitecModel(6, 112, 16),
  },
]

/** The display that listens to MQTT. */
const STOP = 'stop-display-3x26'
const DEVICE = { stop: '31000495', vendor: 'KIJKUIT', device: 'DEMO-1' }
const DEPARTURES = ['5  Centraal Station  2 min', '12 Science Park      6 min', '28 De Uithof         9 min']

/** Signs that a traffic system drives, which reads the feed. */
const CONTROLLED = ['drip-city-192x128', 'text-car-112x80'] as const

/** How each sign is told, for people; in the order of {@link openSigns}. */
export const WIRES: ReadonlyMap<string, string> = new Map([
  ...CONTROLLED.map((panel) => [panel, 'MULTI, feed over HTTP'] as const),
  [STOP, 'RTIGT047 over MQTT'],
  ...WIRED.map(({ panel, wire }) => [panel, wire] as const),
])
/** All panels with a sign of their own. */
export const SIGN_PANELS: readonly string[] = [...WIRES.keys()]

/** Our types, which those signs were given under these numbers. */
const TYPES = [
  ...['led-5', 'led-7-bold', 'led-7', 'led-9-bold', 'led-9', 'led-11-bold', 'led-11', 'led-14'],
  ...['led-18-bold', 'led-18', 'led-11-boldx2', 'led-11x2', 'led-14x2'],
]
export const FONT_NUMBERS = Object.fromEntries(TYPES.map((name, at) => [name, at + 1]))

/** Signs that are there, and the panels of player.yaml that drive them. */
export interface OpenSigns {
  readonly signs: readonly DemoSign[]
  /** Entries of `panels`, as JSON. */
  readonly panels: readonly string[]
}

/** Switches on every sign that the player must find; the display of MQTT finds its broker by itself. */
export async function openSigns(
  broker: string,
  clock: Clock,
  held: { add<T extends Disposable>(one: T): T },
): Promise<OpenSigns> {
  const wired = await Promise.all(
    WIRED.map(async ({ panel, preset, changes, output, make }) => {
      const sign = held.add(new SignSimulator(make))
      await sign.start()
      const connection = `tcp://${sign.address}`
      return { panel, sign, profile: { id: panel, preset, ...changes, output: { ...output, connection } } }
    }),
  )
  const display = held.add(
    new Rtigt047Display({
      ...{ url: broker, version: 4, clock },
      device: { ...DEVICE, lines: 3, columns: 26, canScroll: false, home: DEPARTURES },
    }),
  )
  await display.powerOn()
  const stop = { id: STOP, preset: STOP, output: { protocol: 'rtigt047', ...DEVICE } }
  return {
    signs: [{ panel: STOP, sign: display }, ...wired],
    panels: [
      ...CONTROLLED.map((preset) => ({ id: preset, preset })),
      ...[stop, ...wired.map(({ profile }) => profile)],
    ].map((profile) => JSON.stringify(profile)),
  }
}

/** Switches on the signs of the traffic system, which must know the types that they were given. @param url of the feed */
export async function openControlled(
  panels: readonly Panel[],
  url: string,
  token: string,
  clock: Clock,
): Promise<readonly DemoSign[]> {
  const fonts: BitmapFont[] = []
  // One after the other: the process has more to do than this.
  for (const name of TYPES) fonts.push(await readType(name))
  const signs = panels.filter(({ id }) => (CONTROLLED as readonly string[]).includes(id))
  return Promise.all(
    signs.map(async (panel): Promise<DemoSign> => {
      const sign = new SignController({
        url,
        token,
        sign: panel.id,
        model: await signOf(panel, fonts),
        clock,
      })
      return { panel: panel.id, sign }
    }),
  )
}

/** @param name as in {@link TYPES}: `x2` is a type with every dot doubled */
async function readType(name: string): Promise<BitmapFont> {
  const [, drawn = name] = /^(.+)x2$/.exec(name) ?? []
  const path = fileURLToPath(new URL(`../../display-client/compose/fonts/${drawn}.font.txt`, import.meta.url))
  const font = parseFont(await readFile(path, 'utf8'), path)
  if (!font.ok) throw new Error(font.failure.map(formatFault).join('\n'))
  return drawn === name ? font.value : doubled(font.value)
}
