import { html, type TemplateResult } from 'lit'
import type { WallPanel } from './demo.ts'
import { milliseconds, type PanelStatus } from './model.ts'

const WORDS: Readonly<Record<PanelStatus['phase'], string>> = {
  idle: 'idle',
  waiting: 'waiting',
  shown: 'painted',
  leaving: 'ending',
  gone: 'clear',
}

/** Of a sign: what it shows is its own, and nothing is painted here. */
const SIGN_WORDS: typeof WORDS = { ...WORDS, shown: 'on the sign' }

/** What stands under a panel: its name and size at the left, what it does and how soon it did it at the right. */
export function drawLabel(panel: WallPanel, status: PanelStatus): TemplateResult {
  return html`<span class="name">${panel.title}</span>
    <span class="since">${'since' in status ? milliseconds(status.since) : '–'}</span>
    <span class="size">${panel.wire === undefined ? sizes(panel)[0] : html`<b class="wire">${panel.wire}</b>`}<span class="metres"> · ${sizes(panel)[panel.wire === undefined ? 1 : 0]}</span></span>
    <span class="phase">${(panel.wire === undefined ? WORDS : SIGN_WORDS)[status.phase]}</span>`
}

/** `1920 × 1080 px`, `1.21 × 0.68 m`; a sign of characters by its characters. */
export function sizes({ characters, width, height, pitch }: WallPanel): [string, string] {
  const metres = (pixels: number): string => ((pixels * pitch) / 1_000).toFixed(2)
  return [
    characters === undefined
      ? `${width} × ${height} px`
      : `${characters.lines} × ${characters.columns} characters`,
    `${metres(width)} × ${metres(height)} m`,
  ]
}
