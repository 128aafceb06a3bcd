import type { DirectoryChange } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { Trans, useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { ChangeDetails } from '../sync/ChangeDetails.tsx'
import { CHANGE_TONES } from '../sync/change-tone.ts'
import { StateIcon } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './History.module.css'

type Props = {
  org: string
  change: DirectoryChange
  /** Whose history it is: a group's members are told from what the group itself is a member of. */
  selfEntraId: string
  isFirstLoad: boolean
}

/** One change in the history of a person or group, in words, and field by field. */
export function HistoryLine({ org, change, selfEntraId, isFirstLoad }: Props) {
  return (
    <li className={classes['line']}>
      <StateIcon tone={toneOf(change)} />
      <div className={classes['words']}>
        <div className={classes['what']}>
          {change.member ? (
            <MembershipWords org={org} change={change} selfEntraId={selfEntraId} />
          ) : (
            <ObjectWords change={change} isFirstLoad={isFirstLoad} />
          )}
        </div>
        <ChangeDetails change={change} />
      </div>
    </li>
  )
}

/** Leaving a group is everyday; among much else in a run it stands out, here it must not. */
function toneOf({ member, change }: DirectoryChange): Tone {
  return member && change === 'removed' ? 'off' : CHANGE_TONES[change]
}

function ObjectWords({ change, isFirstLoad }: Pick<Props, 'change' | 'isFirstLoad'>) {
  const { t } = useTranslation('directory')
  if (isFirstLoad) return t('history.firstLoad')
  if (change.object === 'group' && change.change === 'removed') return t('history.groupRemoved')
  return t(`history.change.${change.change}`)
}

function MembershipWords({ org, change, selfEntraId }: Omit<Props, 'isFirstLoad'>) {
  const { t } = useTranslation('directory')
  const isAdded = change.change === 'added'
  if (change.entraId === selfEntraId && change.member) {
    const { kind } = change.member
    return (
      <Trans
        t={t}
        i18nKey={isAdded ? 'history.memberAdded' : 'history.memberRemoved'}
        components={{ member: <Named org={org} kind={kind} thing={change.member} /> }}
      />
    )
  }
  return (
    <Trans
      t={t}
      i18nKey={isAdded ? 'history.joined' : 'history.left'}
      components={{ group: <Named org={org} kind="group" thing={change} /> }}
    />
  )
}

type NamedProps = {
  org: string
  kind: 'user' | 'group' | 'device' | 'other'
  thing: { id: string | null; name: string | null }
}

function Named({ org, kind, thing }: NamedProps) {
  const { t } = useTranslation('directory')
  const name = thing.name ?? t(`history.nameless.${kind}`)
  if (thing.id && kind === 'user')
    return (
      <PageLink inText href={paths.user(org, thing.id)}>
        {name}
      </PageLink>
    )
  if (thing.id && kind === 'group')
    return (
      <PageLink inText href={paths.group(org, thing.id)}>
        {name}
      </PageLink>
    )
  return name
}
