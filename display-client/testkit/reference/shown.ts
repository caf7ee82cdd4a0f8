import { isAbout, isForAll, isPublic, saysOver } from './about.ts'
import { nameOf } from './events.ts'
import { readmit, unlistedSince } from './listed.ts'
import {
  beginsAt,
  type Closure,
  closed,
  end,
  isBarred,
  isForgotten,
  type Story,
  told,
  type Word,
} from './story.ts'
import { type Moment, SKEW } from './timeline.ts'

/** Whether `incident` of `owner` is on the panels after the last of `moments`, and how: nothing or one line. */
export function shown(owner: string, incident: string, moments: readonly Moment[]): readonly string[] {
  let story: Story | undefined
  let closure: Closure | undefined
  let isOnGlass = false
  for (const now of moments) {
    const { event } = now
    if (event.type === 'restart') isOnGlass = false
    if (story?.word) {
      if (isRunOut(story.word, now)) {
        const { alert } = story.word.by
        end(story, {
          kind: 'time',
          at: story.word.until,
          revision: alert.revision,
          sent: alert.sent,
          name: nameOf(alert),
        })
        isOnGlass = false
      } else if (beginsAt(story.word.by.alert) <= now.time) story.word.hasBegun = true
    }
    if (story?.end && isForgotten(story, now)) story = undefined
    if (closure && isForgotten(closure, now)) closure = undefined

    const before: Word | undefined = story?.word
    if (event.type === 'alert' && event.alert.incident === incident && now.signer && isPublic(event.alert)) {
      const { alert } = event
      if (isForAll(alert, now.signer)) {
        if (story?.word) story = told(story, event, now)
        closure = closed(closure, alert, now)
      } else if (isAbout(owner, alert, now.signer) && (saysOver(alert) || !isBarred(closure, alert)))
        story = told(story, event, now)
    }
    if (story?.word && now.revoked.has(story.word.by.kid)) {
      const { alert } = story.word.by
      end(story, {
        kind: 'key',
        at: now.time,
        revision: alert.revision,
        sent: alert.sent,
        name: nameOf(alert),
      })
    }
    if (story?.word) {
      const unlisted = unlistedSince(owner, story, now)
      const { alert } = story.word.by
      if (unlisted !== undefined) {
        const sent = Math.max(alert.sent, unlisted - SKEW)
        end(story, { kind: 'manifest', at: now.time, revision: alert.revision, sent, name: nameOf(alert) })
      }
    }
    if (story?.end && now.isNews && event.type === 'manifest' && closure?.status !== 'Actual')
      readmit(owner, story.end, event, now)

    const isLive: boolean = story?.word?.hasBegun === true
    if (before && !story?.word) isOnGlass = false
    isOnGlass = isLive && (isOnGlass || !now.isClockWrong)
  }
  return isOnGlass && story?.word ? [`${owner} ${incident} ${story.word.by.alert.revision}`] : []
}

function isRunOut(word: Word, now: Moment): boolean {
  if (now.time >= word.until) return true
  // What was left when it was believed, or when the process was started since, has passed on the monotonic clock.
  const from =
    word.at.session === now.session ? { monotonic: word.at.event.monotonic, time: word.at.time } : now.started
  return now.event.monotonic - from.monotonic >= word.until - from.time
}
