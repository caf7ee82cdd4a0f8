import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, formatFault } from '../../display-client/base/document.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import { buildLibrary, type LibraryFile } from '../../display-client/compose/library.ts'
import { loadConfig, TEMPLATES } from '../../display-client/player/config.ts'
import type { FileReader } from '../../display-client/player/files.ts'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const PLAYER = `schema: kijkuit-player/1
player: utrecht-cs
brokers:
  - mqtt://127.0.0.1:1883
  - { url: "mqtts://b", username: utrecht-cs, passwordFile: keyring.json, ca: keyring.json }
areas: [nl, nl-vr09]
keyring: keyring.json
data: ./data
server: { port: 0 }
languages: [nl, en]
panels:
  - { id: bar-1, preset: transit-bar }
  - { id: sign-1, preset: ticker-1x20, tests: true }
`

/** A person may have been given this file by a stranger: it is refused with its place, or read. */
export class DocumentTarget implements FuzzTarget {
  readonly name = 'documents'
  readonly counts = new Map<string, number>()
  readonly #templates: readonly LibraryFile[] = ['alerts', 'words', 'themes'].flatMap(textsIn)
  readonly #presets = textsIn('panels')

  async attack(dice: Dice): Promise<Attack> {
    const target = dice.pick(['player.yaml', 'preset', 'template', 'template'])
    const file = dice.pick(target === 'preset' ? this.#presets : this.#templates)
    const original = target === 'player.yaml' ? PLAYER : 'text' in file ? file.text : ''
    const { kind, bytes } = spoiltText(original, dice)
    const text = bytes.toString()
    const read =
      target === 'template' ? this.#readTemplate(file.path, text) : this.#readPlayer(target, file.path, text)
    count(this.counts, read.ok ? 'document read' : 'document refused')
    const attack = { kind: `${target}: ${kind}`, input: bytes }
    if (read.ok) return attack
    if (read.failure.length === 0) return { ...attack, wrong: 'was refused without a word' }
    const vague = read.failure.find(({ file: name, message }) => name === '' || message.length < 4)
    return vague === undefined ? attack : { ...attack, wrong: `was refused with ${formatFault(vague)}` }
  }

  async dispose(): Promise<void> {}

  /** By itself: that the rest of a library is missing is not its fault. */
  #readTemplate(path: string, text: string): Result<unknown, readonly Fault[]> {
    const built = buildLibrary([{ path, text }])
    if (built.ok) return built
    const own = built.failure.filter((fault) => fault.file === path)
    return own.length > 0 ? fail(own) : ok(undefined)
  }

  #readPlayer(target: string, path: string, text: string): Result<unknown, readonly Fault[]> {
    const texts = new Map(this.#presets.map((one) => [one.path, 'text' in one ? one.text : '']))
    texts.set(target === 'preset' ? path : '/player.yaml', text)
    if (target === 'preset') texts.set('/player.yaml', PLAYER.replace('ticker-1x20', path))
    texts.set('/keyring.json', '{}')
    const files: FileReader = {
      read: (name) => texts.get(name),
      list: (folder) =>
        [...texts.keys()].flatMap((name) =>
          name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1)] : [],
        ),
    }
    return loadConfig('/player.yaml', files, TEMPLATES)
  }
}

function spoiltText(original: string, dice: Dice): { kind: string; bytes: Buffer } {
  if (dice.chance(0.1)) return { kind: 'a bomb', bytes: bomb(dice) }
  if (dice.chance(0.05)) return { kind: 'babble', bytes: Buffer.from(babble(dice)) }
  if (dice.chance(0.1))
    return {
      kind: 'a bomb as value',
      bytes: Buffer.from(original.replace(/: .*$/m, () => `: ${bomb(dice)}`)),
    }
  return spoilt(Buffer.from(original), dice)
}

function textsIn(folder: string): LibraryFile[] {
  return readdirSync(join(TEMPLATES, folder)).map((name) => {
    const path = join(TEMPLATES, folder, name)
    return { path, text: readFileSync(path, 'utf8') }
  })
}
