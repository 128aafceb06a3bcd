import { NumberInput, Radio, Stack, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { oneOf } from '../frame/plain-search.ts'
import classes from './Enrolment.module.css'
import { GroupChoice } from './GroupChoice.tsx'
import { WHO } from './rules-draft.ts'
import type { RulesFormState } from './use-rules-form.ts'

/** Whose devices may come, and how many of each. */
export function PeopleRules({ form }: { form: RulesFormState }) {
  const { t } = useTranslation('enrolment')
  const { draft, change, errorAt } = form
  return (
    <>
      <div className={classes['part']}>
        <Radio.Group
          label={t('rules.who')}
          value={draft.who}
          onChange={(value) => change({ who: oneOf(WHO, value) ?? 'all' })}
        >
          <Stack gap="sm" mt="xs">
            {WHO.map((who) => (
              <Radio
                key={who}
                value={who}
                label={t(`who.${who}.label`)}
                description={t(`who.${who}.text`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {draft.who === 'groups' && (
          <div className={classes['inner']}>
            <GroupChoice
              org={form.org}
              chosen={draft.groups}
              error={errorAt('groups')}
              onChange={(groups) => change({ groups })}
            />
          </div>
        )}
      </div>
      <div className={classes['part']}>
        <Switch
          label={t('rules.isCapped')}
          description={t('rules.isCappedHint')}
          checked={draft.isCapped}
          onChange={(event) => change({ isCapped: event.currentTarget.checked })}
        />
        {draft.isCapped && (
          <NumberInput
            className={classes['under'] ?? ''}
            label={t('rules.cap')}
            min={1}
            max={10_000}
            allowDecimal={false}
            maw={220}
            value={draft.cap}
            error={errorAt('cap')}
            onChange={(cap) => change({ cap })}
          />
        )}
      </div>
      <Switch
        label={t('rules.unknown')}
        description={t('rules.unknownHint')}
        checked={draft.unknownUsers === 'create'}
        onChange={(event) =>
          change({ unknownUsers: event.currentTarget.checked ? 'create' : 'refuse' })
        }
      />
    </>
  )
}
