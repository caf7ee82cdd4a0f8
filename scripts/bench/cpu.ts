import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Ticks of a second in /proc (USER_HZ, the same on all Linux that Node runs on). */
const TICKS = 100

/**
 * How much of one core the descendants of this process use that `isMeant` says, while `time` passes; 1 = all of it. Linux only.
 *
 * @param isMeant by its command line
 * @param time ms
 */
export async function cpuShare(isMeant: (command: string) => boolean, time: number): Promise<number> {
  const before = ticks(isMeant)
  await delay(time)
  const after = ticks(isMeant)
  const used = [...after].reduce((sum, [pid, now]) => sum + now - (before.get(pid) ?? now), 0)
  return used / TICKS / (time / 1_000)
}

function ticks(isMeant: (command: string) => boolean): Map<number, number> {
  const all = new Map<number, { readonly parent: number; readonly ticks: number }>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const stat = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? []
    // After the name: state, parent, …; user and system time are the 12th and 13th (proc_pid_stat(5)).
    all.set(Number(name), { parent: Number(stat[1]), ticks: Number(stat[11]) + Number(stat[12]) })
  }
  const isOurs = (pid: number): boolean => {
    const parent = all.get(pid)?.parent
    return parent !== undefined && (parent === process.pid || isOurs(parent))
  }
  const meant = [...all].filter(([pid]) => isOurs(pid) && isMeant(read(`/proc/${pid}/cmdline`)))
  return new Map(meant.map(([pid, one]) => [pid, one.ticks]))
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
