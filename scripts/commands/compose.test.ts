import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Composition } from '../../display-client/compose/composition.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

let folder: TemporaryFolder
let alert: string

beforeAll(async () => {
  folder = await temporaryFolder()
  alert = folder.join('alert.json')
  await writeFile(alert, JSON.stringify(amberAlert()))
})

afterAll(() => folder?.dispose())

async function compose(
  ...words: readonly string[]
): Promise<{ status: number; text: string; errors: readonly string[] }> {
  const terminal = testTerminal()
  const status = await run(['compose', ...words], terminal)
  return { status, text: terminal.output.join('\n'), errors: terminal.errors }
}

describe('kijkuit compose', () => {
  it('prints the lines of a sign of characters in a frame of its size', async () => {
    const { status, text } = await compose(alert, '--panel', 'character-3x16')
    expect(status).toBe(0)
    const pages = text.split(/Character sign 3x16, page \d of \d \(\d+\.\d s\)\n/).slice(1)
    expect(pages.length).toBeGreaterThan(0)
    for (const page of pages) expect(page).toMatch(/^┌─{16}┐\n(│.{16}│\n){3}└─{16}┘\n/)
    expect(pages[0]).toContain('AMBER')
    expect(text).toMatch(/\nreading time: \d+\.\d s to read it once, of the \d+\.\d s that a driver has\n/)
  })

  it('draws with the font that the panel names, and says what is wrong with it', async () => {
    const panel = folder.join('sign.yaml')
    const profile = (font: string): string =>
      `schema: kijkuit-panel/1\ntitle: Sign\npixels: { width: 96, height: 16, pitch: 10, font: ${font} }\nviewingDistance: 15\n`
    const fontsOf = async (font: string) => {
      await writeFile(panel, profile(font))
      const { status, text, errors } = await compose(alert, '--panel', panel, '--json')
      if (status !== 0) return errors
      const { pages } = JSON.parse(text) as Composition
      return [
        ...new Set(
          pages.flatMap(({ content }) =>
            content.type === 'pixels'
              ? content.boxes.flatMap((box) => (box.type === 'text' ? [box.font] : []))
              : [],
          ),
        ),
      ]
    }
    expect(await fontsOf('led-5')).toEqual(['led-5'])
    const led = new URL('../../display-client/compose/fonts/led-11.font.txt', import.meta.url)
    await writeFile(folder.join('ours.font.txt'), await readFile(led))
    expect(await fontsOf('ours.font.txt')).toEqual(['ours.font.txt'])
    await writeFile(folder.join('ours.bdf'), 'PNG')
    expect(await fontsOf('ours.bdf')).toEqual([
      `${folder.join('ours.bdf')}:1:1: is no BDF font: its first line must be STARTFONT 2.1`,
    ])
    expect(await fontsOf('theirs.bdf')).toEqual([
      `${folder.join('theirs.bdf')}: cannot be read as a font; check the path and its permissions (at most 2000000 bytes)`,
    ])
    expect((await fontsOf('led-12')).join()).toMatch(
      /^pixels\.font led-12: is no LED type; there are led-5, /,
    )
  })

  it('draws the dots of an LED panel', async () => {
    const { status, text } = await compose(alert, '--panel', 'text-car-112x80')
    expect(status).toBe(0)
    expect(text).toMatch(/┌─{112}┐\n(│[ ▀▄█]{112}│\n){40}└─{112}┘/)
    expect(text).toMatch(/[▀▄█]/)
  })

  it('lists what a screen shows: fact, text and height of its letters', async () => {
    const { status, text } = await compose(alert, '--panel', 'station-landscape')
    expect(status).toBe(0)
    expect(text).toMatch(/^ {2}kind {5}AMBER ALERT {3}\(letters of \d+ mm\)$/m)
    expect(text).toContain('XX-123-X')
    expect(text).toContain('0800-0000')
  })

  it('says what was left out and why, in the words of the alert', async () => {
    const { text } = await compose(alert, '--panel', 'drip-192x128')
    expect(text).toMatch(
      /^left out, because it could not be read in the time there is:\n( {2}.+\n)* {2}plate {6}XX-123-X\n/m,
    )
    expect(text).toMatch(
      /^left out, because its template does not say it to drivers:\n( {2}.+\n)* {2}looks /m,
    )
  })

  it('says what is written otherwise', async () => {
    const file = folder.join('marked.json')
    const subject = { name: 'Zoë\u200d de Wit', age: 8 }
    await writeFile(file, JSON.stringify(amberAlert({ subject })))
    const { text } = await compose(file, '--panel', 'ticker-1x20')
    expect(text).toMatch(/^written otherwise, because the panel has not these characters: ë\u200d as ë/m)
  })

  it('shows a line that runs by as the sign does, and in full', async () => {
    const file = folder.join('told.json')
    const { subject: _, vehicle: __, place: ___, ...told } = amberAlert()
    await writeFile(file, JSON.stringify(told))
    const { status, text } = await compose(file, '--panel', 'ticker-1x20', '--png', folder.join('told.png'))
    expect(status).toBe(0)
    expect(text).toMatch(
      /^Lichtkrant 1x20, page 1 of 1 \(runs by in \d+\.\d s, 10 characters a second\)\n┌─{20}┐\n│.{20}│\n└─{20}┘\nAMBER .{20,}\n/,
    )
  })

  it('shows the end card, which says nothing of the alert', async () => {
    const { text } = await compose(alert, '--panel', 'station-landscape', '--end')
    expect(text).toContain('AMBER ALERT BEËINDIGD')
    for (const personal of ['Zoë', 'Volvo', 'XX-123-X', '0800']) expect(text).not.toContain(personal)
  })

  it('prints the composition with --json, the same each time', async () => {
    const [first, second] = [
      await compose(alert, '--panel', 'atm', '--json'),
      await compose(alert, '--panel', 'atm', '--json'),
    ]
    const composition: Composition = JSON.parse(first.text)
    expect(composition).toMatchObject({
      panel: 'atm',
      incident: 'amber-2026-0001',
      revision: 1,
      cannotFit: [],
    })
    expect(second.text).toBe(first.text)
  })

  it('takes a panel from a file', async () => {
    const panel = folder.join('my-sign.yaml')
    const profile = { title: 'Mine', characters: { lines: 4, columns: 20 }, viewingDistance: 5 }
    await writeFile(panel, JSON.stringify({ schema: 'kijkuit-panel/1', ...profile }))
    const { text } = await compose(alert, '--panel', panel, '--json')
    expect(JSON.parse(text)).toMatchObject({ panel: 'my-sign' })
  })

  it('draws every page of a sign with --png', async () => {
    const file = folder.join('sign.png')
    const { status, text } = await compose(alert, '--panel', 'character-3x16', '--png', file, '--json')
    expect(status).toBe(0)
    const { pages }: Composition = JSON.parse(text)
    expect(await sharp(await readFile(file)).metadata()).toMatchObject({ format: 'png' })
    if (pages.length > 1) expect((await readFile(folder.join('sign-2.png'))).length).toBeGreaterThan(0)
  })

  describe('--frame', () => {
    it('writes the exact dots in the form that the file is named for', async () => {
      const [png, bits, rgb] = ['png', 'bits', 'rgb'].map((form) => folder.join(`car.${form}`)) as [
        string,
        string,
        string,
      ]
      for (const file of [png, bits, rgb])
        expect((await compose(alert, '--panel', 'text-car-112x80', '--frame', file)).status).toBe(0)
      const packed = await readFile(bits)
      expect(packed).toHaveLength((112 / 8) * 80)
      const pixels = await sharp(png).removeAlpha().toColourspace('srgb').raw().toBuffer()
      expect(pixels.equals(await readFile(rgb))).toBe(true)
      const lit = (dot: number): boolean => pixels.readUIntBE(dot * 3, 3) !== 0
      const same = Array.from({ length: 112 * 80 }, (_, dot) => dot).every(
        (dot) => lit(dot) === (((packed[dot >> 3] ?? 0) & (0x80 >> (dot & 7))) !== 0),
      )
      expect(same).toBe(true)
      expect(packed.some((byte) => byte !== 0)).toBe(true)
      await compose(alert, '--panel', 'led-96x16', '--frame', folder.join('sign.bits'))
      expect(await readFile(folder.join('sign-2.bits'))).toHaveLength((96 / 8) * 16)
    })

    it('has the photo that the alert carries, and refuses one that is no picture', async () => {
      const panel = folder.join('wall.yaml')
      await writeFile(
        panel,
        'schema: kijkuit-panel/1\ntitle: Wall\npixels: { width: 480, height: 320, pitch: 4, font: led }\nviewingDistance: 8\n',
      )
      const bytes = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#ffffff' } })
        .jpeg()
        .toBuffer()
      const withPhoto = async (data: Buffer): Promise<string> => {
        const sha256 = createHash('sha256').update(data).digest('hex')
        const media = {
          sha256,
          mimeType: 'image/jpeg' as const,
          width: 60,
          height: 80,
          role: 'subject' as const,
        }
        const file = folder.join('photo.json')
        await writeFile(
          file,
          JSON.stringify(amberAlert({ media: [{ ...media, data: data.toString('base64') }] })),
        )
        return file
      }
      const rgb = folder.join('wall.rgb')
      const drawn = await compose(await withPhoto(bytes), '--panel', panel, '--frame', rgb)
      expect(drawn.text).toContain('photo of 202 x 320 dots')
      expect(Array.from((await readFile(rgb)).subarray(0, 3))).toEqual([255, 255, 255])
      const broken = await compose(await withPhoto(bytes.subarray(0, 200)), '--panel', panel, '--frame', rgb)
      expect(broken.status).toBe(1)
      expect(broken.errors.join()).toMatch(/^photo [0-9a-f]{12} cannot be decoded/)
    })

    it('says which forms there are, and that a screen has no dots', async () => {
      const refused = await compose(alert, '--panel', 'text-car-112x80', '--frame', 'car.gif')
      expect(refused.errors.join()).toMatch(/^--frame car\.gif: must end in \.png /)
      const screen = await compose(alert, '--panel', 'atm', '--frame', folder.join('atm.rgb'))
      expect(screen.errors.join()).toMatch(/^--frame: only panels of LEDs and characters can be drawn/)
    })
  })

  describe('--batch', () => {
    const batch = async (...lines: readonly (object | string)[]) => {
      const file = folder.join('batch.ndjson')
      await writeFile(
        file,
        lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'),
      )
      const { status, text, errors } = await compose(file, '--batch')
      return { file, status, errors, records: text.split('\n').map((one) => JSON.parse(one)) }
    }

    it('writes one composition for each line, the same as one by one', async () => {
      const one = { alert: amberAlert(), panel: 'ticker-1x20' }
      const panel = {
        ...{ schema: 'kijkuit-panel/1', title: 'Mine', viewingDistance: 5 },
        characters: { lines: 4, columns: 20 },
      }
      const { status, errors, records } = await batch(one, '', { ...one, panel }, { ...one, end: true })
      expect([status, errors]).toEqual([0, []])
      expect(records.map(({ line }) => line)).toEqual([1, 3, 4])
      const single = await compose(alert, '--panel', 'ticker-1x20', '--json')
      expect(records[0].composition).toEqual(JSON.parse(single.text))
      expect(records[1].composition).toMatchObject({ panel: 'panel', cannotFit: [] })
      expect(JSON.stringify(records[2])).toContain('BEEINDIGD')
    })

    const matrix = {
      ...{ schema: 'kijkuit-panel/1', title: 'Mine', viewingDistance: 5 },
      pixels: { width: 96, height: 16, pitch: 6, colours: 'amber' },
    }

    it('gives a line that is wrong one record that says so, goes on, and ends with status 1', async () => {
      const one = { alert: amberAlert(), panel: 'atm' }
      const { file, status, errors, records } = await batch(
        '{"alert": ',
        { ...one, panel: 'atmm' },
        { ...one, panel: '../../../etc/passwd' },
        { ...one, alert: { ...one.alert, kind: 'ambre' } },
        { ...one, extra: 1 },
        { panel: 'atm' },
        '[]',
        one,
        { ...one, panel: { ...matrix, pixels: { ...matrix.pixels, font: '/etc/font.bdf' } } },
      )
      expect(status).toBe(1)
      expect(records.map((record) => Object.keys(record))).toEqual([
        ...Array(7).fill(['line', 'error']),
        ['line', 'composition'],
        ['line', 'error'],
      ])
      expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(records[0].error).toMatch(/^line: /)
      expect(records[1].error).toMatch(/^panel atmm: .*did you mean atm/)
      expect(records[2].error).toContain('must be the name of a preset')
      expect(records[3].error).toMatch(/^alert: kind: must be one of public-warning, amber/)
      expect(records[5].error).toContain('alert')
      expect(records[8].error).toMatch(
        /^panel: pixels.font: must be one of outline, led, led-5,.* in a batch$/,
      )
      expect(errors).toEqual([`${file}: 8 of 9 lines could not be composed; their records have an "error"`])
    })
  })

  it.each([
    [
      'a file of lines that is not there',
      ['--batch'],
      /^\S+none\.ndjson: there is no such file$/,
      'none.ndjson',
    ],
    ['a batch for one panel', ['--batch', '--panel', 'atm'], /^--batch takes no other option/],
    ['anything without a panel', [], /^--panel is needed/],
    [
      'a preset that does not exist',
      ['--panel', 'atmm'],
      /^--panel atmm: there is no such preset; did you mean .*\batm\b/,
    ],
    [
      'a picture of a screen',
      ['--panel', 'atm', '--png', 'a.png'],
      /^--png: only panels of LEDs and characters can be drawn/,
    ],
    ['a panel file that is not there', ['--panel', 'none.yaml'], /^none\.yaml: there is no such file$/],
  ])('says in one line that it cannot make %s', async (_what, words, line, file?: string) => {
    const { status, errors } = await compose(file === undefined ? alert : folder.join(file), ...words)
    expect([status, errors]).toEqual([1, [expect.stringMatching(line)]])
  })
})
