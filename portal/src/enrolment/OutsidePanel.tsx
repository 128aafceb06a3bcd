import { Button, Skeleton } from '@mantine/core'
import type { OutsideTest } from '@mooring/contract/enrolment-doctor'
import { IconWorldSearch } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { CheckList } from '../frame/CheckList.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './Enrolment.module.css'
import { OUTSIDE_TONES } from './tones.ts'

/** The way of a device by the public name, step by step, and what the last test found on it. */
export function OutsidePanel({ org }: { org: string }) {
  const { t } = useTranslation('enrolment')
  const mayTest = useMay('devices.manage')
  const queryClient = useQueryClient()
  const asked = ask('getOutsideTest', { params: { org } })
  const test = useQuery(asked)
  const run = useMutation({
    mutationFn: () => call('runOutsideTest', { params: { org } }),
    onSuccess: async (last) => {
      queryClient.setQueryData(asked.queryKey, { last })
      await queryClient.invalidateQueries({ queryKey: ['getGuide'] })
    },
  })
  return (
    <Panel
      id="outside"
      flush
      title={t('outside.title')}
      hint={t('outside.hint')}
      action={
        mayTest && (
          <Button
            variant="default"
            leftSection={<IconWorldSearch size={16} aria-hidden />}
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            {t(test.data?.last ? 'outside.again' : 'outside.run')}
          </Button>
        )
      }
    >
      {run.error && (
        <div className={classes['inset']}>
          <ProblemNotice error={run.error} />
        </div>
      )}
      <Loaded query={test} skeleton={<Skeleton height={320} />}>
        {({ last }) =>
          last ? (
            <Result test={last} />
          ) : (
            <Empty
              icon={<IconWorldSearch size={24} />}
              title={t('outside.none')}
              text={t('outside.noneText')}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}

function Result({ test }: { test: OutsideTest }) {
  const { t } = useTranslation('enrolment')
  return (
    <>
      <div className={classes['outcome']} role="status">
        <StateTag tone={OUTSIDE_TONES[test.state]} label={t(`outside.state.${test.state}`)} />
        <span className="soft">
          {t('outside.by', { who: test.testedBy })} · <Ago instant={test.testedAt} />
        </span>
      </div>
      <CheckList checks={test.checks} />
    </>
  )
}
