import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { PageHeader } from '../ui/PageHeader.tsx'

export function ObjectSkeleton({ title, above }: { title: string; above: ReactNode }) {
  return (
    <div aria-busy>
      <PageHeader title={title} above={above} sentence={<Skeleton height={16} width={240} />} />
      <Skeleton height={36} mb="md" width={280} />
      <Skeleton height={320} radius={8} />
    </div>
  )
}
