import { findDevice } from '../devices/index.ts'
import { findAttemptsMark } from '../enrolment/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { streamEvents } from '../platform/http/event-stream.ts'
import { findDeviceMarks } from './marks-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }

/**
 * What happens to devices, for whoever looks on. The database is asked every half second and by each process
 * for its own listeners, so that it does not matter which process did what.
 */
export function watchRoutes({
  db,
  clock,
}: Parts): Handlers<'watchDevice' | 'watchEnrolmentAttempts'> {
  return {
    async watchDevice({ params }, { organization }) {
      // Once the stream has begun, it is too late to say so.
      const device = await findDevice(db, organization, params.device)
      if (!device) throw new ApiError(404, 'deviceUnknown')
      const find = () => findDeviceMarks(db, organization, params.device)
      return streamEvents({ clock, name: 'marks', find })
    },

    async watchEnrolmentAttempts(_input, { organization }) {
      const find = async () => ({ attempts: await findAttemptsMark(db, organization) })
      return streamEvents({ clock, name: 'marks', find })
    },
  }
}
