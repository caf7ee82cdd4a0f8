import type { PanelChannel } from './panel-channel.ts'

/** The first page of a player: a plain list of its panels. It needs no script and no style sheet. */
export function indexPage(channels: readonly Pick<PanelChannel, 'panel'>[]): string {
  const items = channels.map(({ panel: { id, title, width, height } }) => {
    return `<li><a href="/panels/${id}/">${escaped(title)}</a> (${id}, ${width} × ${height} px)</li>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Kijkuit player</title>
<h1>Kijkuit player</h1>
<ul>
${items.join('\n')}
</ul>
<p><a href="/health">Health</a></p>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
