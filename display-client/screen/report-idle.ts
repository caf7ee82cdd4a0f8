/** Says to the player what keeps the idle content away; null = it is there. */
export type ReportIdle = (reason: string | null) => void
