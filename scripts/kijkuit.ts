import { run } from './commands/program.ts'
import { processTerminal } from './commands/terminal.ts'

process.exitCode = await run(process.argv.slice(2), processTerminal())
