import { fstatSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { Film } from './film.ts'

/** ms between two looks. */
const PAUSE = 2

const { dump, ended } = workerData as { readonly dump: string; readonly ended: Int32Array }
const file = openSync(dump, 'r')
const header = Buffer.alloc(100)
readSync(file, header, 0, header.length, 0)
// XWDFile.h: the length of the header, and the number of colours of 12 bytes each that stand before the picture.
const start = header.readUInt32BE(0) + header.readUInt32BE(76) * 12
const size = fstatSync(file).size - start
const colours = new Set<number>()
let before = Buffer.alloc(size)
let now = Buffer.alloc(size)
let looks = 0
do {
  readSync(file, now, 0, size, start)
  if (looks === 0 || !now.equals(before)) {
    for (let at = 0; at < size; at += 4) colours.add(now.readUInt32LE(at) & 0xffffff)
  }
  ;[before, now] = [now, before]
  looks += 1
  if (looks === 1) parentPort?.postMessage('began')
} while (Atomics.wait(ended, 0, 0, PAUSE) === 'timed-out')
const hex = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`
parentPort?.postMessage({ looks, colours: [...colours].map(hex) } satisfies Film)
