// Writes contract/openapi.json from the contract's table of endpoints; a test says when that is due.
import { writeFileSync } from 'node:fs'
import { writeOpenApi } from '../server/src/platform/http/openapi.ts'

writeFileSync('contract/openapi.json', writeOpenApi())
