import type { WallPanel } from './demo.ts'

/** CSS px, for everything here that has no unit. */
export interface Room {
  readonly width: number
  readonly height: number
  /** Device px in a CSS px. */
  readonly pixelRatio: number
}

/** How one panel is drawn on the wall. */
export interface Placed {
  readonly panel: WallPanel
  readonly width: number
  readonly height: number
  /** Device px from dot to dot of a matrix, whole; 1 on a screen. */
  readonly pitch: number
  /** By which a screen is drawn smaller than it is; 1 for a matrix, which is never resized. */
  readonly scale: number
}

export interface Arrangement {
  readonly columns: readonly (readonly Placed[])[]
  /** The room was too small to see everything at once. */
  readonly scrolls: boolean
}

/** What stands under every panel: two lines of type and the space above them; and the least width they need. */
const LABEL_HEIGHT = 46
export const LABEL_WIDTH = 224
/** From a label to the next panel, and from column to column. */
const ROW_GAP = 26
const COLUMN_GAP = 44

/** The most of the width that upright screens and boards take from the wide screens. */
const UPRIGHT_SHARE = 0.25
const BOARD_SHARE = 0.45
/** Narrower than this a wide screen can no longer be read, and the wall scrolls instead. */
const NARROWEST = 260

/**
 * Divides the panels over three columns: upright and small screens; wide screens and signs of a few lines; boards. Each
 * column is as wide as its height allows, so that edges align; proportions are always true.
 *
 * A room too small for that gets one column that scrolls.
 */
export function arrange(panels: readonly WallPanel[], room: Room): Arrangement {
  const [upright = [], wide = [], boards = []] = [0, 1, 2].map((column) =>
    panels.filter((panel) => columnOf(panel) === column),
  )
  const right = fillWithBoards(boards, room)
  const left = fill(upright, room.width * UPRIGHT_SHARE, room)
  const taken = [left, right].filter((column) => column.length > 0)
  const rest = room.width - taken.reduce((sum, column) => sum + widthOf(column) + COLUMN_GAP, 0)
  const middle = fill(wide, rest, room)
  const columns = [left, middle, right].filter((column) => column.length > 0)
  const readable = rest >= 0 && (wide.length === 0 || Math.min(rest, widthOf(middle)) >= NARROWEST)
  return readable && columns.every((column) => heightOf(column) <= room.height)
    ? { columns, scrolls: false }
    : { columns: [panels.map((panel) => drawAlone(panel, room))], scrolls: true }
}

function columnOf({ surface, width, height }: WallPanel): 0 | 1 | 2 {
  const aspect = width / height
  if (surface === 'matrix') return aspect < 3 ? 2 : 1
  return aspect < 1.4 ? 0 : 1
}

/** All panels as wide as the column, which is as wide as the height of the room allows, up to `most`. */
function fill(panels: readonly WallPanel[], most: number, room: Room): Placed[] {
  for (let width = Math.floor(most); width > 0; width -= 1) {
    const column = panels.map((panel) => draw(panel, width, room.pixelRatio))
    if (heightOf(column) <= room.height) return column
  }
  return []
}

/** Boards have one pitch, so that among them sizes are true; where one more px still fits, the first gets it. */
function fillWithBoards(boards: readonly WallPanel[], { width, height, pixelRatio }: Room): Placed[] {
  const fits = (column: readonly Placed[]): boolean =>
    heightOf(column) <= height && widthOf(column) <= width * BOARD_SHARE
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

/** As wide as the room, but no more than a quarter higher than wide. */
function drawAlone(panel: WallPanel, { width, pixelRatio }: Room): Placed {
  return draw(panel, Math.min(width, (width * 1.25 * panel.width) / panel.height), pixelRatio)
}

function draw(panel: WallPanel, width: number, pixelRatio: number): Placed {
  if (panel.surface === 'matrix') {
    return drawBoard(panel, Math.max(1, Math.floor((width * pixelRatio) / panel.width)), pixelRatio)
  }
  const scale = Math.min(1, width / panel.width)
  return { panel, width: panel.width * scale, height: Math.round(panel.height * scale), pitch: 1, scale }
}

function drawBoard(panel: WallPanel, pitch: number, pixelRatio: number): Placed {
  const unit = pitch / pixelRatio
  return { panel, width: panel.width * unit, height: panel.height * unit, pitch, scale: 1 }
}

function widthOf(column: readonly Placed[]): number {
  return Math.max(LABEL_WIDTH, ...column.map(({ width }) => width))
}

function heightOf(column: readonly Placed[]): number {
  return column.reduce((sum, { height }) => sum + height + LABEL_HEIGHT + ROW_GAP, -ROW_GAP)
}
