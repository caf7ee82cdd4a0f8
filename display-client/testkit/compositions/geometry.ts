import type { Box, PixelContent, Rectangle, TextBox } from '../../compose/composition.ts'
import type { Library } from '../../compose/library.ts'
import { letterHeights } from '../../panel/legibility.ts'
import type { Panel } from '../../panel/profile.ts'

/** What is wrong with the boxes of a page of pixels. Measured anew from the files of the type. */
export function boxFaults(content: PixelContent, panel: Panel, library: Library): readonly string[] {
  const { boxes, width, height } = content
  const faults: string[] = []
  const surface = panel.zone ?? panel.pixels
  if (width !== surface?.width || height !== surface.height)
    faults.push(`is ${width}x${height} on ${surface?.width}x${surface?.height}`)
  const whole = { x: 0, y: 0, width, height }
  const texts = boxes.filter((box) => box.type === 'text')
  const inks = texts.map((box) => ({ box, ink: inkOf(box, library), name: `“${box.text}”` }))
  for (const { box, ink, name } of inks) {
    faults.push(...typeFaults(box, panel, library).map((fault) => `${name} ${fault}`))
    if (!within(ink, whole)) faults.push(`${name} leaves the panel: ${show(ink)} in ${show(whole)}`)
  }
  for (const box of boxes) {
    if (box.type === 'text') continue
    if (box.width <= 0 || box.height <= 0) faults.push(`a ${box.type} has no size: ${show(box)}`)
    if (!within(box, whole)) faults.push(`a ${box.type} leaves the panel: ${show(box)} in ${show(whole)}`)
    if (box.type === 'photo') faults.push(...cropFaults(box))
  }
  inks.forEach(({ box, ink, name }, index) => {
    for (const other of inks.slice(index + 1))
      if (meet(ink, other.ink)) faults.push(`${name} and ${other.name} overlap`)
    for (const other of boxes) {
      if (other.type === 'photo' && meet(ink, other)) faults.push(`${name} stands on a photo`)
      // Letters are all on a colour or all beside it; what hangs below them may cross its edge.
      if (
        other.type === 'fill' &&
        meet(letters(box, library), other) &&
        !within(letters(box, library), other)
      )
        faults.push(`${name} stands across the edge of a ${other.colour}`)
    }
  })
  const areas = boxes.filter((box) => box.type !== 'text')
  areas.forEach((one, index) => {
    for (const other of areas.slice(index + 1))
      if (meet(one, other)) faults.push(`a ${one.type} and a ${other.type} overlap`)
  })
  return faults
}

function typeFaults(box: TextBox, panel: Panel, library: Library): readonly string[] {
  const { outline } = library
  const dots = library.bitmaps.find((font) => font.name === box.font)
  const faults: string[] = []
  if (box.text.trim() === '' || box.text !== box.text.trim()) faults.push('has spaces at its ends')
  const advance = dots ? dots.advance(box.text) : outline.advance(box.text, box.size, box.weight)
  if (Math.abs(advance - box.width) > 0.01) faults.push(`is ${advance} px wide and not ${box.width}`)
  const strange = Array.from(box.text).filter((one) => !(dots ? dots.has(one) : outline.has(one)))
  if (strange.length > 0) faults.push(`has letters that its type has not: ${strange.join('')}`)
  if (dots) {
    if (box.size !== dots.height || !Number.isInteger(box.x) || !Number.isInteger(box.baseline))
      faults.push('does not stand on whole dots')
    return faults
  }
  // What is read from close by is legible at half the distance; drivers have one distance.
  const viewingDistance = panel.trafficSpeed > 0 ? panel.viewingDistance : panel.viewingDistance / 2
  const { floor } = letterHeights({ ...panel, viewingDistance })
  if (box.size * outline.capHeight < floor - 1e-9)
    faults.push(`is smaller than can be read: capitals of ${box.size * outline.capHeight} px, floor ${floor}`)
  return faults
}

/** Where the letters of a text can have ink, with the tallest and the deepest there are. */
function inkOf(box: TextBox, { bitmaps, outline }: Library): Rectangle {
  const dots = bitmaps.find((font) => font.name === box.font)
  const above = dots ? dots.ascent : outline.ascent * box.size
  const below = dots ? dots.height - dots.ascent : outline.descent * box.size
  return { x: box.x, y: box.baseline - above, width: box.width, height: above + below }
}

/** From the top of its capitals to its baseline. */
function letters(box: TextBox, { bitmaps, outline }: Library): Rectangle {
  const dots = bitmaps.find((font) => font.name === box.font)
  const above = dots ? dots.capHeight : outline.capHeight * box.size
  return { x: box.x, y: box.baseline - above, width: box.width, height: above }
}

function cropFaults(box: Extract<Box, { type: 'photo' }>): readonly string[] {
  const { crop, photo } = box
  const faults: string[] = []
  if (!within(crop, { x: 0, y: 0, ...photo })) faults.push(`a crop leaves its photo: ${show(crop)}`)
  // One hundredth of a px in the crop, as large as it comes out.
  const stretched = Math.abs(crop.width * box.height - crop.height * box.width)
  if (stretched > 0.011 * (box.width + box.height))
    faults.push(`a photo is stretched: ${show(crop)} in ${show(box)}`)
  return faults
}

/** Less than can be seen. px */
const NOTHING = 1e-6

function within(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x >= other.x - NOTHING &&
    one.y >= other.y - NOTHING &&
    one.x + one.width <= other.x + other.width + NOTHING &&
    one.y + one.height <= other.y + other.height + NOTHING
  )
}

function meet(a: Rectangle, b: Rectangle): boolean {
  return (
    a.x + NOTHING < b.x + b.width &&
    b.x + NOTHING < a.x + a.width &&
    a.y + NOTHING < b.y + b.height &&
    b.y + NOTHING < a.y + a.height
  )
}

function show({ x, y, width, height }: Rectangle): string {
  return `${width.toFixed(1)}x${height.toFixed(1)} at ${x.toFixed(1)},${y.toFixed(1)}`
}
