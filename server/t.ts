import { PGlite } from '@electric-sql/pglite'
import { PgBoss } from 'pg-boss'
import { Kysely, PGliteDialect, sql } from 'kysely'
let t = performance.now()
const pg = await PGlite.create({ dataDir: process.argv[2] ?? 'memory://' })
console.log('create', performance.now() - t); t = performance.now()
console.log((await pg.query('select version()')).rows)
const db = new Kysely<any>({ dialect: new PGliteDialect({ pglite: pg }) })
console.log(await sql`select 1 as x`.execute(db))
t = performance.now()
const boss = new PgBoss({ db: { executeSql: async (text: string, values?: any[]) => {
  if (values?.length) { const r = await pg.query(text, values); return { rows: r.rows } }
  const rs = await pg.exec(text); return { rows: rs.at(-1)?.rows ?? [] } } } as any, supervise: true, schedule: true })
boss.on('error', (e) => console.log('err', e))
await boss.start()
console.log('boss', performance.now() - t)
await boss.createQueue('q')
await boss.work('q', { pollingIntervalSeconds: 0.5 }, async (jobs: any) => { console.log('job', jobs[0].data); })
await boss.send('q', { a: 1 })
await new Promise((r) => setTimeout(r, 1500))
await boss.stop({ graceful: false }); await pg.close()
