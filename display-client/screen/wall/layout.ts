import type { WallPanel } from './demo.ts'

/** CSS px, for everything here that has no unit. */
export interface Room {
  readonly width: number
  readonly height: number
  /** Device px in a CSS px. */
  readonly pixelRatio: number
}

/** How one panel is drawn on the wall, and where: from the left and the top of the room. */
export interface Placed {
  readonly panel: WallPanel
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Device px from dot to dot of a matrix, whole; 1 on a screen. */
  readonly pitch: number
  /** By which a screen is drawn smaller than it is; 1 for a matrix, which is never resized. */
  readonly scale: number
}

export interface Arrangement {
  readonly placed: readonly Placed[]
  /** Of everything, with its labels. */
  readonly height: number
  /** The room was too small to see everything at once. */
  readonly scrolls: boolean
}

/** What stands under every panel: two lines of type and the space above them; and the least width they need. */
const LABEL_HEIGHT = 46
export const LABEL_WIDTH = 208
/** From a label to the next panel, from column to column, and from sign to sign at least. */
const ROW_GAP = 26
const COLUMN_GAP = 44
const SIGN_GAP = 30

/** The most of the width that upright screens and large boards take from the wide screens, and small boards from the signs. */
const UPRIGHT_SHARE = 0.25
const BOARD_SHARE = 0.45
const SMALL_BOARD_SHARE = 0.24
/** The least of the height that small boards and signs of a few lines have. */
const BAND_SHARE = 0.3
/** Narrower than this a wide screen can no longer be read, and closer than this (device px) no letters of dots. */
const NARROWEST = 260
const CLOSEST = 2

type Drawn = Omit<Placed, 'left' | 'top'>

/**
 * Divides the panels over the room: upright and small screens in a column at the left; beside it wide screens, and the largest board
 * at the right; under those a band of small boards and signs of a few lines. Everything is as large as the room allows, so that
 * edges align; proportions are always true.
 *
 * A room too low for that is made higher, and the wall scrolls; one too narrow gets one column.
 */
export function arrange(panels: readonly WallPanel[], room: Room): Arrangement {
  for (let height = room.height; height <= 2 * room.height; height += ROW_GAP) {
    const placed = arrangeIn(panels, { ...room, height })
    if (placed !== undefined) return { placed, height: bottomOf(placed), scrolls: height > room.height }
  }
  const placed = stack(
    panels.map((panel) => drawAlone(panel, room)),
    0,
    0,
  )
  return { placed, height: bottomOf(placed), scrolls: true }
}

/** @returns undefined where something could not be read */
function arrangeIn(panels: readonly WallPanel[], room: Room): readonly Placed[] | undefined {
  const of = (place: Place): readonly WallPanel[] => panels.filter((panel) => placeOf(panel) === place)
  const boards = of('board').toSorted((one, other) => areaOf(other) - areaOf(one))
  const [large, small] = [boards.slice(0, 1), boards.slice(1)]
  const signs = of('sign')
  const wide = of('wide')

  const upright = stack(fill(of('upright'), room.width * UPRIGHT_SHARE, room), 0, 0)
  const left = upright.length === 0 ? 0 : rightOf(upright) + COLUMN_GAP
  const hasBand = small.length + signs.length > 0
  const above = { ...room, height: room.height - (hasBand ? room.height * BAND_SHARE + ROW_GAP : 0) }
  const right = fillWithBoards(large, above, room.width * BOARD_SHARE)
  const most = room.width - left - (right.length === 0 ? 0 : widthOf(right) + COLUMN_GAP)
  const middle = fill(wide, most, above)
  const top = [...stack(middle, left, 0), ...stack(right, room.width - widthOf(right), 0)]

  const bandTop = top.length === 0 ? 0 : bottomOf(top) + ROW_GAP
  const band = { ...room, height: room.height - bandTop }
  const beside = fillWithBoards(small, band, room.width * SMALL_BOARD_SHARE)
  const besideLeft = room.width - widthOf(beside)
  const shelf = besideLeft - left - (beside.length === 0 ? 0 : COLUMN_GAP)
  const shelved = fillShelves(signs, { ...band, width: shelf })
  const placed = [
    ...[...upright, ...top],
    ...shelved.map((sign) => ({ ...sign, left: sign.left + left, top: sign.top + bandTop })),
    ...stack(beside, besideLeft, bandTop),
  ]
  const readable =
    most >= 0 &&
    (wide.length === 0 || (middle.length === wide.length && widthOf(middle) >= NARROWEST)) &&
    shelved.length === signs.length &&
    [...shelved, ...beside].every(({ pitch }) => pitch >= CLOSEST)
  return readable && placed.length === panels.length && bottomOf(placed) <= room.height ? placed : undefined
}

type Place = 'upright' | 'wide' | 'board' | 'sign'

function placeOf({ surface, width, height }: WallPanel): Place {
  const aspect = width / height
  if (surface === 'matrix') return aspect < 3 ? 'board' : 'sign'
  return aspect < 1.4 ? 'upright' : 'wide'
}

/** All panels as wide as the column, which is as wide as the height of the room allows, up to `most`. */
function fill(panels: readonly WallPanel[], most: number, room: Room): readonly Drawn[] {
  for (let width = Math.floor(most); width > 0; width -= 1) {
    const column = panels.map((panel) => draw(panel, width, room.pixelRatio))
    if (heightOf(column) <= room.height) return column
  }
  return []
}

/** Boards have one pitch, so that among them sizes are true; where one more px still fits, the first gets it. */
function fillWithBoards(
  boards: readonly WallPanel[],
  { height, pixelRatio }: Room,
  most: number,
): readonly Drawn[] {
  const fits = (column: readonly Drawn[]): boolean => heightOf(column) <= height && widthOf(column) <= most
  let column = boards.map((board) => drawBoard(board, 1, pixelRatio))
  for (let pitch = 2; pitch < 64 && boards.length > 0; pitch += 1) {
    const larger = boards.map((board) => drawBoard(board, pitch, pixelRatio))
    if (!fits(larger)) break
    column = larger
  }
  for (const [index, { panel, pitch }] of column.entries()) {
    const larger = column.with(index, drawBoard(panel, pitch + 1, pixelRatio))
    if (fits(larger)) column = larger
  }
  return column
}

/** Signs in rows, each as large as the others let it be: the smallest grows first. @returns none when they do not fit at all */
function fillShelves(signs: readonly WallPanel[], room: Room): readonly Placed[] {
  let drawn = signs.map((sign) => drawBoard(sign, 1, room.pixelRatio))
  let best = shelve(drawn, room) ?? []
  for (let grows = best.length > 0; grows; ) {
    grows = false
    const smallestFirst = [...drawn.keys()].sort((one, other) => pitchOf(drawn, one) - pitchOf(drawn, other))
    for (const index of smallestFirst) {
      const sign = drawn[index]
      if (sign === undefined) continue
      const larger = drawn.with(index, drawBoard(sign.panel, sign.pitch + 1, room.pixelRatio))
      const shelved = shelve(larger, room)
      if (shelved === undefined) continue
      ;[drawn, best, grows] = [larger, shelved, true]
      break
    }
  }
  return best
}

function pitchOf(drawn: readonly Drawn[], index: number): number {
  return drawn[index]?.pitch ?? 0
}

/** Row by row, each as full as it can be; the rows end where the room ends. @returns undefined when they do not fit */
function shelve(signs: readonly Drawn[], { width, height }: Room): readonly Placed[] | undefined {
  const rows: (readonly Drawn[])[] = []
  for (let left = signs; left.length > 0; ) {
    const row = fullestRow(left, width)
    if (row.length === 0) return undefined
    rows.push(row)
    left = left.filter((sign) => !row.includes(sign))
  }
  let top = 0
  const placed = rows.flatMap((row) => {
    const spare = width - row.reduce((sum, one) => sum + labelledWidth(one), 0)
    const gap = row.length === 1 ? 0 : spare / (row.length - 1)
    const highest = Math.max(...row.map((sign) => sign.height))
    let left = 0
    const line = row.map((sign): Placed => {
      // Their labels stand in one line.
      const at = { ...sign, left: Math.round(left), top: top + highest - sign.height }
      left += labelledWidth(sign) + gap
      return at
    })
    top += highest + LABEL_HEIGHT + ROW_GAP
    return line
  })
  return top - ROW_GAP <= height ? placed : undefined
}

/** Those of `signs` that together leave the least of `width`: every choice of them is tried, for they are few. */
function fullestRow(signs: readonly Drawn[], width: number): readonly Drawn[] {
  let [fullest, most]: [readonly Drawn[], number] = [[], 0]
  for (let choice = 1; choice < 2 ** signs.length; choice += 1) {
    const row = signs.filter((_, index) => (choice >> index) & 1)
    const taken = row.reduce((sum, one) => sum + labelledWidth(one) + SIGN_GAP, -SIGN_GAP)
    if (taken > most && taken <= width) [fullest, most] = [row, taken]
  }
  return fullest
}

/** As wide as the room, but no more than a quarter higher than wide. */
function drawAlone(panel: WallPanel, { width, pixelRatio }: Room): Drawn {
  return draw(panel, Math.min(width, (width * 1.25 * panel.width) / panel.height), pixelRatio)
}

function draw(panel: WallPanel, width: number, pixelRatio: number): Drawn {
  if (panel.surface === 'matrix') {
    return drawBoard(panel, Math.max(1, Math.floor((width * pixelRatio) / panel.width)), pixelRatio)
  }
  const scale = Math.min(1, width / panel.width)
  return { panel, width: panel.width * scale, height: Math.round(panel.height * scale), pitch: 1, scale }
}

function drawBoard(panel: WallPanel, pitch: number, pixelRatio: number): Drawn {
  const unit = pitch / pixelRatio
  return { panel, width: panel.width * unit, height: panel.height * unit, pitch, scale: 1 }
}

/** One under the other. */
function stack(column: readonly Drawn[], left: number, from: number): readonly Placed[] {
  let top = from
  return column.map((drawn) => {
    const at = { ...drawn, left, top }
    top += drawn.height + LABEL_HEIGHT + ROW_GAP
    return at
  })
}

function areaOf({ width, height, pitch }: WallPanel): number {
  return width * height * pitch ** 2
}

function labelledWidth({ width }: Drawn): number {
  return Math.max(LABEL_WIDTH, width)
}

function widthOf(column: readonly Drawn[]): number {
  return column.length === 0 ? 0 : Math.max(...column.map(labelledWidth))
}

function heightOf(column: readonly Drawn[]): number {
  return column.reduce((sum, { height }) => sum + height + LABEL_HEIGHT + ROW_GAP, -ROW_GAP)
}

function rightOf(placed: readonly Placed[]): number {
  return Math.max(0, ...placed.map((one) => one.left + labelledWidth(one)))
}

function bottomOf(placed: readonly Placed[]): number {
  return Math.max(0, ...placed.map(({ top, height }) => top + height + LABEL_HEIGHT))
}
