import { basename, dirname, join } from 'node:path'
import { type Panel, PanelProfileSchema } from '../../display-client/panel/profile.ts'
import { TEMPLATES, withFontPath } from '../../display-client/player/config.ts'
import { diskFiles } from '../../display-client/player/files.ts'
import { nearNames } from '../../display-client/player/near-names.ts'
import { readFile } from './input.ts'
import { Mistake } from './terminal.ts'

/** The panel that a person means by a preset of `templates/panels` or by the path of a file. @throws Mistake */
export function readPanel(name: string): Panel {
  const isPath = name.includes('/') || /\.(ya?ml|json)$/.test(name)
  const folder = join(TEMPLATES, 'panels')
  const file = isPath ? name : join(folder, `${name}.yaml`)
  if (!isPath && diskFiles.read(file) === undefined) {
    const names = diskFiles
      .list(folder)
      .flatMap((one) => (one.endsWith('.yaml') ? [basename(one, '.yaml')] : []))
    throw new Mistake(
      `--panel ${name}: there is no such preset; did you mean ${nearNames(name, names).join(' or ')}?`,
    )
  }
  const profile = withFontPath(readFile(file, PanelProfileSchema), dirname(file))
  return { ...profile, id: basename(file).replace(/\.[^.]*$/, '') }
}
