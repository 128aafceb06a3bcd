import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isPublicAddress } from '../platform/http/guarded-lookup.ts'
import { createHttpClient } from './http-client.ts'

const server = createServer((_request, response) => response.end('{}'))
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => server.close())

test.each(['93.184.216.34', '2606:2800:220:1::1', '172.32.0.1', '100.128.0.1'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  'no address',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433'])(
  'nothing is sent to %s when only public addresses are allowed',
  async (host) => {
    const { port } = server.address() as AddressInfo // it listens on a port
    const http = createHttpClient(2000, { mayConnect: isPublicAddress })

    const sent = http.send({ method: 'GET', url: `http://${host}:${port}/` })

    await expect(sent).rejects.toMatchObject({ code: 'addressRefused' })
    await http.close()
  },
)
