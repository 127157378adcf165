import { describe, expect, it } from 'vitest';

import { peerEndpoint } from './peer-endpoint.ts';

describe('peerEndpoint', () => {
  it.each([
    [[], undefined],
    [['peer.hostname', 'db', 'peer.address', 'db:5432', 'service', 'x'], undefined],
    [['peer.service', 'db'], { serviceName: 'db' }],
    [['peer.service', ''], undefined],
    [['peer.service', 7], undefined],
    [['peer.ipv4', '10.0.0.1'], { ipv4: '10.0.0.1' }],
    [['peer.ipv4', 0x7f00_0001], { ipv4: '127.0.0.1' }],
    [['peer.ipv4', 0xffff_ffff], { ipv4: '255.255.255.255' }],
    [['peer.ipv4', 0x1_0000_0000], undefined],
    [['peer.ipv4', 0], undefined],
    [['peer.ipv4', 'localhost'], undefined],
    [['peer.ipv4', '255.255.255.255'], { ipv4: '255.255.255.255' }],
    [['peer.ipv4', '255.255.255.256'], undefined],
    [['peer.ipv4', '999.1.1.1'], undefined],
    [['peer.ipv4', '10.0.0'], undefined],
    [['peer.ipv4', '0.0.0.0'], { ipv4: '0.0.0.0' }],
    [['peer.ipv4', '100.101.20.30'], { ipv4: '100.101.20.30' }],
    [['peer.ipv4', '01.2.3.4'], undefined],
    [['peer.ipv4', '1.2.3.00'], undefined],
    [['peer.ipv4', '1.2.013.4'], undefined],
    [['peer.ipv6', '::'], { ipv6: '::' }],
    [['peer.ipv6', '::1'], { ipv6: '::1' }],
    [['peer.ipv6', '1:2:3:4:5:6:7:8'], { ipv6: '1:2:3:4:5:6:7:8' }],
    [['peer.ipv6', '1:2:3:4:5:6:7::'], { ipv6: '1:2:3:4:5:6:7::' }],
    [['peer.ipv6', '2001:DB8::255.1.1.1'], { ipv6: '2001:DB8::255.1.1.1' }],
    [['peer.ipv6', '1:2:3:4:5:6:7'], undefined],
    [['peer.ipv6', '1:2:3:4:5:6:7:8:9'], undefined],
    [['peer.ipv6', ':1:2:3:4:5:6:7:8'], undefined],
    [['peer.ipv6', '1:2:3:4:5:6:7:8::'], undefined],
    [['peer.ipv6', '1::2::3'], undefined],
    [['peer.ipv6', '::12345'], undefined],
    [['peer.ipv6', '::256.1.1.1'], undefined],
    [['peer.ipv6', '1.1.1.1::'], undefined],
    [['peer.ipv6', 'fe80::1%eth0'], undefined],
    [['peer.ipv6', '10.0.0.1:80'], undefined],
    [['peer.ipv6', 'nonsense'], undefined],
    [['peer.port', 1], { port: 1 }],
    [['peer.port', 65_535], { port: 65_535 }],
    [['peer.port', '8080'], { port: 8080 }],
    [['peer.port', 65_536], undefined],
    [['peer.port', 0], undefined],
    [['peer.port', 80.5], undefined],
    [['a', 1, 'peer.service', 'db', 'b', 2, 'peer.port', 5432], { serviceName: 'db', port: 5432 }],
  ])('of %j is %j', (attributes, endpoint) => {
    expect(peerEndpoint(attributes)).toEqual(endpoint);
  });
});
