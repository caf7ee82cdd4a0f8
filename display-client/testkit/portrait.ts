import { readFile } from 'node:fs/promises'
import { type Photo, preparePhoto } from '../../scripts/issuer/photo.ts'

const FILE = new URL('../../scripts/demo/portrait.svg', import.meta.url)
/** Head and shoulders of the drawn child, px. */
const FACE = { x: 186, y: 92, width: 528, height: 660 }

/** The drawn child of the demo, as an issuer sends its photo. */
export async function portrait(): Promise<Photo> {
  return preparePhoto(await readFile(FILE), FACE)
}
