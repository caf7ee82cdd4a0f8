import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Disposable } from '../base/disposal.ts'

/** Where Debian puts it. */
const CHROMIUM = '/usr/bin/chromium'

/** A real browser without a window. */
export interface TestBrowser extends Disposable {
  readonly browser: Browser
  /** Opens a page whose viewport has exactly this size, CSS px; one CSS px is one pixel. */
  page(size: { readonly width: number; readonly height: number }): Promise<Page>
  dispose(): Promise<void>
}

/**
 * Starts Debian's Chromium, headless.
 *
 * @throws when it is not installed; the message says how to install it
 */
export async function startChromium(): Promise<TestBrowser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`Chromium is needed and is not at ${CHROMIUM}: apt-get install -y chromium`)
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    // Chromium refuses its sandbox to root; containers have a /dev/shm of 64 MB.
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-dev-shm-usage',
      '--force-color-profile=srgb',
    ],
  })
  return {
    browser,
    page: (size) => browser.newPage({ viewport: size, deviceScaleFactor: 1 }),
    dispose: () => browser.close(),
  }
}
