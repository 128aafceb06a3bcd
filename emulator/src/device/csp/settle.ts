import { fact, type Job, type Machine, setFact } from './machine.ts'
import { decodeSegment } from './path.ts'

/** Ends what the clock says is done. Called whenever somebody looks at the PC. */
export function settle(machine: Machine): void {
  const now = machine.now().toISOString()
  const { state } = machine
  if (state.jobs.length === 0) return
  const done = state.jobs.filter(({ doneAt }) => doneAt <= now)
  state.jobs = state.jobs.filter(({ doneAt }) => doneAt > now)
  for (const job of done) finish(machine, job)
}

function finish(machine: Machine, { kind, doneAt, about }: Job): void {
  const { outcomes } = machine.state
  switch (kind) {
    case 'encrypt':
      setFact(machine, 'bitLocker', 'on')
      return
    case 'rotateRecoveryPasswords':
    case 'resetLapsPassword':
      outcomes[kind] = '0'
      outcomes[`${kind}At`] = doneAt
      return
    case 'scan':
      outcomes[about === '2' ? 'fullScanTime' : 'quickScanTime'] = doneAt
      setFact(machine, about === '2' ? 'fullScanOverdue' : 'quickScanOverdue', false)
      return
    case 'updateSignature':
      if (fact(machine, 'antivirus') === 'outdated') setFact(machine, 'antivirus', 'on')
      return
    case 'collectLogs':
      outcomes['archivedAt'] = doneAt
      return
    case 'installMsi':
      finishInstall(machine, about, doneAt)
  }
}

const installFailed = 0x80070643 | 0

function finishInstall(machine: Machine, path: string, doneAt: string): void {
  const { state } = machine
  const code = decodeSegment(path.split('/').at(-2) ?? '')
  const isDone = fact(machine, 'installs') === 'succeed'
  state.outcomes[`msi ${code}`] = isDone ? '0' : String(installFailed)
  if (isDone)
    setFact(machine, 'msiProducts', [
      ...fact(machine, 'msiProducts').filter(({ productCode }) => productCode !== code),
      {
        productCode: code,
        name: code,
        version: state.outcomes[`job ${code}`] ?? '1.0',
        publisher: 'unknown',
        installDate: doneAt.slice(0, 10).replaceAll('-', ''),
      },
    ])
  state.alerts.push({
    code: 1226,
    type: 'Reversed-Domain-Name:com.microsoft.mdm.win32csp_install',
    source: path.replace('./Device/', './'),
    format: 'int',
    data: isDone ? '0' : String(installFailed),
  })
}
