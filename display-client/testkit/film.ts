import { Worker } from 'node:worker_threads'

/** What was on a monitor while it was filmed. */
export interface Film {
  /** How often it was looked at. */
  readonly looks: number
  /** Every colour that any pixel had at any look, `#rrggbb`, each once. */
  readonly colours: readonly string[]
}

/**
 * Films a monitor of Xvfb, a look every few ms, in a thread of its own.
 *
 * @param dump the file that Xvfb keeps its picture in
 * @returns ends the film; resolves when all of it was looked at
 */
export async function startFilm(dump: string): Promise<() => Promise<Film>> {
  const ended = new Int32Array(new SharedArrayBuffer(4))
  const camera = new Worker(new URL('./film-camera.ts', import.meta.url), { workerData: { dump, ended } })
  const told = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      camera.once('message', resolve)
      camera.once('error', reject)
    })
  // The first look.
  await told()
  return async () => {
    const film = told()
    Atomics.store(ended, 0, 1)
    return (await film) as Film
  }
}
