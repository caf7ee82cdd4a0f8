/** Raised with every release: no clock that says less can be right (DESIGN §5.3.7). ms since 1970 */
export const BUILD_DATE = Date.UTC(2026, 10, 22)
