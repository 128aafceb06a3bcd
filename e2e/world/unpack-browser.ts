// Run by browser-setup.ts as a process of its own: the package unpacks into the temporary folder,
// which it takes from TMPDIR, and only there.
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'

const bin = new URL('../bin/', import.meta.resolve('@sparticuz/chromium'))
const archives = ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']
await Promise.all(archives.map((name) => inflate(fileURLToPath(new URL(name, bin)))))
